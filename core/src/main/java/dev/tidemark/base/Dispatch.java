package dev.tidemark.base;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks a method that is one flat `switch` with a short arm per case.
///
/// Such a method may be longer than the house allows others to be, because a reader takes it in as
/// a table. The tidy test holds that it is one: a single `switch`, no arm longer than a few lines.
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.SOURCE)
public @interface Dispatch {}
