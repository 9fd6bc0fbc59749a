package dev.tidemark.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Holds the house rules over every Java file of every module, and over every tracked text.
///
/// Files are parsed, never resolved, so the whole takes seconds. There is no way to suppress a
/// rule: what is wrong is put right, or the rule is. `TidyRulesTest` shows that each can fail.
final class TidyTest {
    /// Below so many files a median says little.
    private static final int WHOLE_HOUSE = 60;

    /// Below so many files some doors still wait for those who will use them.
    private static final int DOORS_IN_USE = 60;

    private static House house;

    @BeforeAll
    static void readTheHouse() throws Exception {
        house = Checkout.read();
        assertThat(house.sources()).as("Java files").hasSizeGreaterThan(10);
    }

    @Test
    void filesAreShort() {
        none(Sizes.files(house, Sizes.FILE_LINES));
    }

    @Test
    void methodsAreShort() {
        none(Sizes.methods(house, Sizes.METHOD_LINES));
    }

    @Test
    void parametersAreFew() {
        none(Sizes.parameters(house, Sizes.PARAMETERS));
    }

    @Test
    void fieldsAreFew() {
        none(Sizes.fields(house, Sizes.FIELDS));
    }

    @Test
    void packagesAreSmall() {
        none(Sizes.types(house, Sizes.TYPES));
    }

    @Test
    void mediansAreLow() {
        if (Sizes.fileLines(house).size() >= WHOLE_HOUSE) {
            assertThat(Sizes.percentile(Sizes.fileLines(house), 50))
                    .as("median of lines per file").isLessThanOrEqualTo(150);
            assertThat(Sizes.percentile(Sizes.methodLines(house), 50))
                    .as("median of lines per method").isLessThanOrEqualTo(7);
            assertThat(Sizes.percentile(Sizes.methodLines(house), 90))
                    .as("90th percentile of lines per method").isLessThanOrEqualTo(25);
        }
    }

    @Test
    void linesEndWithinAHundredColumns() {
        none(Sizes.columns(house));
    }

    @Test
    void noFileHoldsATab() {
        none(Layout.tabs(house));
    }

    @Test
    void membersAreIndentedByFour() {
        none(Layout.indents(house));
    }

    @Test
    void everyImportIsByName() {
        none(Layout.starImports(house));
    }

    @Test
    void dispatchMethodsAreFlatSwitches() {
        none(Dispatches.offences(house));
    }

    @Test
    void namesSaySomething() {
        none(TypeNames.banned(house));
    }

    @Test
    void noTypeNameIsUsedTwice() {
        none(TypeNames.repeated(house));
    }

    @Test
    void coreIsDeterministic() {
        none(DeterministicCore.offences(house));
    }

    @Test
    void arrowsRunDownOnly() {
        none(Arrows.offences(house));
    }

    @Test
    void packagesFormNoCircle() {
        none(Arrows.cycles(house));
    }

    @Test
    void everyFileIsNamedByAnother() {
        if (Sizes.fileLines(house).size() >= DOORS_IN_USE) {
            none(DeadFiles.offences(house));
        }
    }

    @Test
    void noFieldIsOptional() {
        none(JavaHabits.optionalFields(house));
    }

    @Test
    void switchesOverClosedSetsHaveNoDefault() {
        none(JavaHabits.needlessDefaults(house));
    }

    @Test
    void publicFacesOfCoreAreDocumented() {
        none(DocComments.missing(house));
    }

    @Test
    void docCommentsAreMarkdown() {
        none(DocComments.oldForm(house));
    }

    @Test
    void whatKeepsDataChecksItself() {
        none(Invariants.offences(house));
    }

    @Test
    void everyMarkIsClaimedByATest() {
        none(MarkClaims.offences(house));
    }

    @Test
    void noTestIsSwitchedOff() {
        none(TestHabits.switchedOff(house));
    }

    @Test
    void noTestSleepsForLuck() {
        none(TestHabits.sleeps(house));
    }

    @Test
    void noTextNamesAMachineOrARegistry() {
        none(Words.offences(house));
    }

    /// What is still allowed and already too much, once per run.
    @AfterAll
    static void printWarnings() {
        System.out.printf("tidy: %d files in main, lines per file median %d; "
                        + "lines per method median %d, p90 %d%n",
                Sizes.fileLines(house).size(), Sizes.percentile(Sizes.fileLines(house), 50),
                Sizes.percentile(Sizes.methodLines(house), 50),
                Sizes.percentile(Sizes.methodLines(house), 90));
        warn("files over 400 lines", Sizes.files(house, 400));
        warn("methods over 50 lines", Sizes.methods(house, 50));
        warn("more than 5 parameters", Sizes.parameters(house, 5));
        warn("more than 12 fields", Sizes.fields(house, 12));
        warn("packages over 30 types", Sizes.types(house, 30));
    }

    private static void warn(String what, List<Offence> offences) {
        if (!offences.isEmpty()) {
            System.out.println("tidy: " + what + ": " + offences.stream()
                    .map(offence -> offence.path().replaceAll(".*/", "") + ":" + offence.line()
                            + " (" + offence.what().split(" ", -1)[0] + ")")
                    .collect(Collectors.joining(", ")));
        }
    }

    private static void none(List<Offence> offences) {
        assertThat(offences.stream().map(Offence::toString).collect(Collectors.joining("\n")))
                .isEmpty();
    }
}
