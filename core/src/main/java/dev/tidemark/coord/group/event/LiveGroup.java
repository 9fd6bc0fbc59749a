package dev.tidemark.coord.group.event;

/// What only the present leader knows of a group: who waits, and until when. Never written.
///
/// Marks the state that [GroupEvent.LiveChanged] carries; it is not touched once it is in an
/// event.
public interface LiveGroup {
}
