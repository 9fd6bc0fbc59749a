package dev.tidemark.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MarksTest {
    @Test
    void countsEachBranchByItsName() {
        assertThat(Marks.count("marks test: never")).isZero();
        Marks.hit("marks test: twice");
        Marks.hit("marks test: twice");
        assertThat(Marks.count("marks test: twice")).isEqualTo(2);
        assertThat(Marks.names()).contains("marks test: twice").doesNotContain("marks test: never");
    }
}
