package dev.tidemark.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Gives each house rule something to catch, and something beside it that it must let pass.
final class TidyRulesTest {
    private static final String LOG = "core/src/main/java/dev/tidemark/log/";
    private static final String SERVER = "server/src/main/java/dev/tidemark/server/";
    private static final String TEST = "core/src/test/java/dev/tidemark/log/";

    @Test
    void aLongFileIsCaught() {
        House house = log("final class X {\n" + "\n".repeat(799) + "}\n");
        assertThat(lines(Sizes.files(house, 800))).containsExactly("X.java:1: 802 lines in a file");
        assertThat(Sizes.files(house, 802)).isEmpty();
    }

    @Test
    void aLongMethodIsCaughtUnlessItIsADispatch() {
        String body = "    void run() {\n" + "\n".repeat(69) + "    }\n";
        assertThat(lines(Sizes.methods(log("final class X {\n" + body + "}"), 70)))
                .containsExactly("X.java:3: 71 lines in method run");
        assertThat(Sizes.methods(log("final class X {\n@Dispatch\n" + body + "}"), 70)).isEmpty();
    }

    @Test
    void aDispatchThatIsNoFlatSwitchIsCaught() {
        House house = log("""
                final class X {
                    @Dispatch
                    int table(int key) {
                        return switch (key) {
                            case 1 -> 2;
                            case 2 -> {
                                key++;
                                key++;
                                key++;
                                key++;
                                yield key;
                            }
                            default -> 0;
                        };
                    }

                    @Dispatch
                    void long_() {
                        table(1);
                        table(2);
                    }
                }
                """);
        assertThat(lines(Dispatches.offences(house))).containsExactly(
                "X.java:7: arm of more than 6 lines in a @Dispatch method",
                "X.java:18: @Dispatch method long_ is not one flat switch");
    }

    @Test
    void manyParametersAreCaughtWhereTheyAreDeclared() {
        House house = log("""
                final class X {
                    X(int a, int b, int c, int d, int e, int f, int g, int h) {}
                    void seven(int a, int b, int c, int d, int e, int f, int g) {}
                    void eight(int a, int b, int c, int d, int e, int f, int g, int h) {}
                    @Override
                    public void told(int a, int b, int c, int d, int e, int f, int g, int h) {}
                }
                """);
        assertThat(lines(Sizes.parameters(house, 7)))
                .containsExactly("X.java:5: 8 parameters in method eight");
    }

    @Test
    void manyFieldsAreCaughtButNotConstants() {
        assertThat(lines(Sizes.fields(log("record X(int a, int b, int c) {}"), 2)))
                .containsExactly("X.java:2: 3 fields in X");
        assertThat(Sizes.fields(log("enum X { A, B, C; static final int D = 1; int e; }"), 1))
                .isEmpty();
    }

    @Test
    void manyTypesInAPackageAreCaught() {
        House house = house(LOG + "A.java", "final class A {}", LOG + "B.java", "final class B {}",
                TEST + "ATest.java", "final class ATest {}");
        assertThat(Sizes.types(house, 2)).isEmpty();
        assertThat(Sizes.types(house, 1)).hasSize(1);
    }

    @Test
    void aWideLineIsCaught() {
        House house = log("final class X {}\n//" + "-".repeat(99) + "\n//" + "-".repeat(98));
        assertThat(lines(Sizes.columns(house))).containsExactly("X.java:3: 101 columns");
    }

    @Test
    void percentilesAreOfTheSortedValues() {
        assertThat(Sizes.percentile(List.of(1, 2, 3, 4, 100), 50)).isEqualTo(3);
        assertThat(Sizes.percentile(List.of(1, 2, 3, 4, 100), 100)).isEqualTo(100);
        assertThat(Sizes.methodLines(log("final class X {\nvoid a() {\n}\nvoid b() {}\n}")))
                .containsExactly(1, 2);
    }

    @Test
    void tabsAndStarImportsAreCaught() {
        House house = log("import java.util.*;\nfinal class X {\n\tint a;\n}");
        assertThat(lines(Layout.tabs(house))).containsExactly("X.java:4: a tab");
        assertThat(lines(Layout.starImports(house)))
                .containsExactly("X.java:2: an import of everything");
    }

    @Test
    void anOddIndentIsCaught() {
        House house = log("""
                final class X {
                  void two() {}

                    final class Y {
                        void eight() {}
                    }
                }
                """);
        assertThat(lines(Layout.indents(house)))
                .containsExactly("X.java:3: indented 2 where 4 is due");
    }

    @Test
    void emptyNamesAreCaught() {
        for (String name : List.of("LogManager", "LogUtils", "IoHelper", "LogImpl", "BaseLog")) {
            assertThat(lines(TypeNames.banned(log("final class " + name + " {}"))))
                    .containsExactly("X.java:2: type name " + name);
        }
        assertThat(TypeNames.banned(log("final class Database { record Utility() {} }"))).isEmpty();
        assertThat(TypeNames.banned(house(LOG + "internals/X.java", "final class X {}")))
                .hasSize(1);
    }

    @Test
    void aNameUsedTwiceIsCaughtUnlessItIsAnEntryPoint() {
        String main = "final class Main { static void main() {} }";
        House house = house(LOG + "A.java", "final class A {}",
                SERVER + "A.java", "final class A {}",
                SERVER + "B.java", "final class B { record A() {} }",
                SERVER + "Main.java", main, LOG + "Main.java", main);
        assertThat(lines(TypeNames.repeated(house))).containsExactly(
                "A.java:2: type A is also in " + LOG + "A.java",
                "B.java:2: nested type A is also in " + LOG + "A.java");
    }

    @Test
    void whatIsNotDeterministicIsCaughtInCore() {
        for (String code : List.of("java.net.Socket s;", "java.nio.file.Path p;", "Thread t;",
                "java.util.concurrent.locks.Lock l;", "java.util.concurrent.Executor e;",
                "long t = System.nanoTime();", "long t = System.currentTimeMillis();",
                "double d = Math.random();", "java.util.Random r;", "java.io.FileReader f;",
                "java.nio.channels.FileChannel c;", "org.slf4j.Logger l;",
                "synchronized void x() {}", "{ synchronized (this) {} }")) {
            String text = "final class X {\n" + code + "\n}";
            assertThat(DeterministicCore.offences(log(text))).as(code).isNotEmpty();
            assertThat(DeterministicCore.offences(house(SERVER + "X.java", text))).isEmpty();
        }
        assertThat(DeterministicCore.offences(log("import java.nio.file.Path;\nclass X {}")))
                .hasSize(1);
        assertThat(DeterministicCore.offences(log("import java.util.concurrent.ConcurrentHashMap;\n"
                + "import java.io.FileNotFoundException;\n"
                + "import java.util.concurrent.atomic.AtomicLong;\nclass X {}"))).isEmpty();
    }

    @Test
    void anArrowUpwardsIsCaught() {
        assertThat(arrows("log", "dev.tidemark.store.Partition")).hasSize(1);
        assertThat(arrows("log", "dev.tidemark.io.sim.SimDisk")).hasSize(1);
        assertThat(arrows("log", "dev.tidemark.journal.Journal")).hasSize(1);
        assertThat(arrows("coord.group", "dev.tidemark.log.Segment")).hasSize(1);
        assertThat(arrows("broker", "dev.tidemark.server.Node")).hasSize(1);
        assertThat(arrows("io.sim", "dev.tidemark.record.RecordBatch")).hasSize(1);
        assertThat(arrows("attic", "java.util.List")).hasSize(1);
        assertThat(arrows("store", "dev.tidemark.log.Segment")).isEmpty();
        assertThat(arrows("coord.group", "dev.tidemark.machine.StateMachine")).isEmpty();
        assertThat(arrows("io.sim", "dev.tidemark.io.Disk")).isEmpty();
        assertThat(Arrows.offences(log("final class X { dev.tidemark.store.Partition p; }")))
                .hasSize(1);
    }

    @Test
    void aCircleOfPackagesIsCaught() {
        String there = "import dev.tidemark.server.b.B;\nfinal class A {}";
        String back = "import static dev.tidemark.server.c.C.make;\nfinal class B {}";
        House open = house(SERVER + "a/A.java", there, SERVER + "b/B.java", back);
        assertThat(Arrows.cycles(open)).isEmpty();
        House closed = house(SERVER + "a/A.java", there, SERVER + "b/B.java",
                "final class B { dev.tidemark.server.a.A a; }");
        assertThat(Arrows.cycles(closed)).hasSize(2);
    }

    @Test
    void aFileThatNobodyNamesIsCaught() {
        House house = house(
                LOG + "A.java", "final class A { A self; }",
                LOG + "B.java", "final class B { static void main(String[] words) {} }",
                LOG + "C.java", "final class C {}",
                LOG + "D.java", "final class D {}",
                TEST + "CTest.java", "final class CTest { C it; }",
                "server/src/main/resources/app.xml", "<use class='dev.tidemark.log.D'/>");
        assertThat(lines(DeadFiles.offences(house)))
                .containsExactly("A.java:2: A is named by no other file");
    }

    @Test
    void anOptionalFieldIsCaught() {
        assertThat(JavaHabits.optionalFields(log("record X(Optional<String> a) {}"))).hasSize(1);
        assertThat(JavaHabits.optionalFields(log("class X { OptionalInt a; }"))).hasSize(1);
        assertThat(JavaHabits.optionalFields(log("class X { void a(Optional<X> x) {} }")))
                .isEmpty();
    }

    @Test
    void aDefaultOverAnEnumOrASealedTypeIsCaught() {
        House house = log("""
                final class X {
                    enum Role { LEADER, FOLLOWER }
                    sealed interface Event { record Born() implements Event {} }
                    int ofEnum(Role role) {
                        return switch (role) {
                            case LEADER -> 1;
                            default -> 2;
                        };
                    }
                    int ofSealed(Event event) {
                        return switch (event) {
                            case Event.Born born -> 1;
                            default -> 2;
                        };
                    }
                    int ofNumber(int number) {
                        return switch (number) {
                            case MAX -> 1;
                            default -> 2;
                        };
                    }
                }
                """);
        assertThat(lines(JavaHabits.needlessDefaults(house))).containsExactly(
                "X.java:6: default in a switch over [LEADER]",
                "X.java:12: default in a switch over [Born]");
    }

    @Test
    void aPublicFaceWithoutAWordIsCaught() {
        House house = log("""
                public interface X {
                    void bare();
                    /// Said.
                    void said();
                    /// Said, with an annotation between.
                    @Deprecated
                    void noted();
                    record Nested(int a) {
                        @Override
                        public String toString() {
                            return "";
                        }
                    }
                }
                """);
        assertThat(lines(DocComments.missing(house))).containsExactly(
                "X.java:2: no /// above X", "X.java:3: no /// above bare",
                "X.java:9: no /// above Nested");
        assertThat(DocComments.missing(log("class X { public void a() {} }"))).isEmpty();
    }

    @Test
    void anOldDocCommentIsCaught() {
        assertThat(DocComments.oldForm(log("/" + "** Old. */\nclass X {}"))).hasSize(1);
        assertThat(DocComments.oldForm(log("/// New.\nclass X {}"))).isEmpty();
    }

    @Test
    void codeLinesLeaveOutCommentsAndImports() {
        House house = log("""
                import java.util.List;

                /// A comment
                final class X { // with a tail
                    /* and
                       more */
                    String notAComment = "// no";
                }
                """);
        assertThat(CodeLines.count(house.sources().getFirst())).isEqualTo(3);
    }

    @Test
    void codeThatChecksNothingIsCaught() {
        String head = "final class X {\nvoid a() {\n";
        String call = "check(true);\n";
        String tail = "}\n" + "int a = 1;\n".repeat(188) + "}";
        assertThat(Invariants.offences(log(head + call.repeat(7) + tail))).hasSize(1);
        assertThat(Invariants.offences(log(head + call.repeat(8) + tail))).isEmpty();
        assertThat(Invariants.offences(log(head + "}\n}"))).isEmpty();
    }

    @Test
    void aMarkThatNoTestClaimsIsCaught() {
        String main = "class X { void a() { Marks.hit(\"rare\"); } }";
        String claim = "class XTest { void a() { Marks.count(\"rare\"); } }";
        assertThat(lines(MarkClaims.offences(log(main))))
                .containsExactly("X.java:2: no test claims the mark rare");
        assertThat(MarkClaims.offences(house(LOG + "X.java", main, TEST + "XTest.java", claim)))
                .isEmpty();
    }

    @Test
    void testsThatDoNotCountAreCaught() {
        House house = house(TEST + "XTest.java", """
                final class XTest {
                    @Disabled
                    void off() {
                        Thread.sleep(100);
                        while (true) {
                            Thread.sleep(1);
                        }
                    }
                }
                """);
        assertThat(lines(TestHabits.switchedOff(house)))
                .containsExactly("XTest.java:3: @Disabled");
        assertThat(lines(TestHabits.sleeps(house)))
                .containsExactly("XTest.java:5: a sleep that waits for nothing");
    }

    @Test
    void namesOfMachinesAndRegistriesAreCaught() {
        for (String word : List.of("/wo" + "rk/x", "/tmp/" + "wt/x", "/ro" + "ot/.m2",
                "https://repo.maven." + "apache.org/maven2", "registry." + "npmjs.org")) {
            assertThat(Words.offences(house("README.md", "see " + word))).as(word).hasSize(1);
        }
        assertThat(Words.offences(house("README.md", "http://maven.apache.org/POM, ./work/x")))
                .isEmpty();
    }

    private static List<Offence> arrows(String from, String to) {
        return Arrows.offences(house("core/src/main/java/dev/tidemark/" + from.replace('.', '/')
                + "/X.java", "import " + to + ";\nfinal class X {}"));
    }

    /// A house of one file, `X.java` of package `log`; the text begins on line 2.
    private static House log(String text) {
        return house(LOG + "X.java", text);
    }

    /// A house of paths and texts by turns; each Java text gets the package line of its path.
    private static House house(String... pathsAndTexts) {
        Map<String, String> files = new LinkedHashMap<>();
        for (int i = 0; i < pathsAndTexts.length; i += 2) {
            String path = pathsAndTexts[i];
            files.put(path, packageLine(path) + pathsAndTexts[i + 1]);
        }
        return House.of(files);
    }

    private static String packageLine(String path) {
        String directory = path.replaceAll(".*/java/|/[^/]*$", "");
        return path.endsWith(".java") ? "package " + directory.replace('/', '.') + ";\n" : "";
    }

    /// The offences as text, with the file's name alone in place of its path.
    private static List<String> lines(List<Offence> offences) {
        return offences.stream()
                .map(offence -> offence.toString().replaceFirst("^[^:]*/", "")).toList();
    }
}
