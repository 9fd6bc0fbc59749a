package dev.tidemark.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Where the script `tidemark` finds a JDK, on a "machine" that is a directory: `system` in the
/// place of its root, `home` in the place of a user's.
@Timeout(60)
class LauncherJdkTest {
    @TempDir
    Path directory;

    private FakeCheckout checkout;

    @BeforeEach
    void makeMachine() throws IOException {
        checkout = FakeCheckout.in(directory);
        Files.createDirectories(directory.resolve("home"));
        checkout.jdk("old", "17.0.15");
        // The real machine's PATH may lead to any Java.
        for (String program : List.of("readlink", "find")) {
            checkout.script("bin/" + program,
                    "#!/bin/sh\nPATH=/usr/bin:/bin exec " + program + " \"$@\"\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"system/usr/lib/jvm/jdk-25", "system/usr/lib64/jvm/jdk 25",
        "system/opt/java/openjdk", "system/opt/jdk-25",
        "system/Library/Java/JavaVirtualMachines/temurin-25.jdk/Contents/Home",
        "home/Library/Java/JavaVirtualMachines/corretto-25/Contents/Home",
        "home/.sdkman/candidates/java/25.0.1-tem", "home/.jdks/openjdk-25",
        "home/.local/share/mise/installs/java/25", "home/.asdf/installs/java/temurin-25",
        "system/opt/homebrew/opt/openjdk/libexec/openjdk.jdk/Contents/Home",
        "system/usr/local/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home",
        "brew/opt/openjdk@25/libexec"})
    void itIsFoundWhereInstallersPutIt(String place) throws Exception {
        Path home = checkout.jdk(place, "25.0.1");
        assertThat(start(Map.of("HOMEBREW_PREFIX", directory.resolve("brew").toString())).lines())
                .contains("home=" + home);
    }

    @Test
    void theSystemsOwnProgramIsAskedOnMacOs() throws Exception {
        Path home = checkout.jdk("somewhere else/25", "25");
        checkout.script("system/usr/libexec/java_home",
                "#!/bin/sh\n[ \"$*\" = '-v 25+' ] && echo '" + home + "'\n");
        assertThat(start(Map.of()).lines()).contains("home=" + home);
    }

    @Test
    void anOldOneIsPassedOverForANewerThatIsFoundLater() throws Exception {
        checkout.jdk("home/.sdkman/candidates/java/21.0.4-tem", "21.0.4");
        checkout.jdk("home/.sdkman/candidates/java/8", "1.8.0_412");
        Path home = checkout.jdk("home/.sdkman/candidates/java/26.ea-open", "26-ea");
        assertThat(start(Map.of()).lines()).contains("home=" + home);
    }

    @Test
    void oldOnesAreNamedWithTheirVersionsOnce() throws Exception {
        Path sdkman = checkout.jdk("home/.sdkman/candidates/java/21.0.4-tem", "21.0.4");
        Files.createSymbolicLink(sdkman.resolveSibling("current"), sdkman);
        FakeCheckout.Ran ran = start(Map.of("JAVA_HOME", directory.resolve("old").toString()));
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.text()).contains("no JDK 25 or newer found")
                .contains("Too old: 17.0.15 in " + directory.resolve("old").toRealPath()
                        + "; 21.0.4 in " + sdkman.toRealPath() + ".")
                .contains("adoptium").doesNotContain("is no JDK");
    }

    @Test
    void noneAtAllIsSaidWithWhereToGetOne() throws Exception {
        FakeCheckout.Ran ran = start(Map.of());
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.text()).contains("no JDK 25 or newer found").contains("sdk install java")
                .doesNotContain("Too old").doesNotContain("JAVA_HOME is");
    }

    @Test
    void aJavaHomeThatIsNoJdkIsNamed() throws Exception {
        Path jre = checkout.jdk("jre", "25");
        Files.delete(jre.resolve("bin/javac"));
        FakeCheckout.Ran ran = start(Map.of("JAVA_HOME", jre.toString()));
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.text()).contains("JAVA_HOME is " + jre + ", which is no JDK.");
    }

    private FakeCheckout.Ran start(Map<String, String> environment) throws Exception {
        Map<String, String> all = new HashMap<>(environment);
        all.put("TIDEMARK_SYSTEM_ROOT", directory.resolve("system").toString());
        all.put("HOME", directory.resolve("home").toString());
        all.put("PATH", directory.resolve("bin").toString());
        return checkout.run(all, "/bin/bash", checkout.launcher(), "start");
    }
}
