package io.fogwhisk.launcher.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.base.file.LockFile;
import io.fogwhisk.launcher.TestPorts;
import io.fogwhisk.launcher.TestSites;
import io.fogwhisk.launcher.doctor.Finding.Verdict;
import io.fogwhisk.launcher.site.Ports;
import io.fogwhisk.launcher.site.SiteConfig;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineCheckTest {

    private final Ports ports = TestPorts.site();

    @TempDir
    Path folder;

    @Test
    void aFreshMachineIsFineAndStaysAsItWas() throws Exception {
        SiteConfig config = TestSites.config(folder.resolve("data"), ports);

        List<Finding> findings = new MachineCheck(config, false).findings();

        assertThat(findings).hasSize(3).allMatch(finding -> finding.verdict() != Verdict.BAD);
        assertThat(findings.toString()).contains("MB free").contains("are free on 127.0.0.1");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aPortThatIsTakenIsNamedWithItsKey() throws Exception {
        SiteConfig config = TestSites.config(folder, ports);
        try (ServerSocket taken = new ServerSocket(ports.wskproxy(), 1, InetAddress.getLoopbackAddress())) {
            assertThat(bad(config, false)).singleElement().satisfies(finding -> {
                assertThat(finding.subject()).isEqualTo("port " + taken.getLocalPort());
                assertThat(finding.text()).contains("wskproxy.port");
            });
            assertThat(bad(config, true))
                    .as("a provider alone does not need it")
                    .isEmpty();
        }
        try (ServerSocket taken = new ServerSocket(ports.feeds(), 1, InetAddress.getLoopbackAddress())) {
            assertThat(bad(config, true))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.text()).contains("feeds.port"));
            assertThat(taken.isBound()).isTrue();
        }
    }

    @Test
    void aDataFolderThatCannotBeWrittenIsBad() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "in the way");

        assertThat(bad(TestSites.config(file.resolve("data"), ports), false))
                .singleElement()
                .satisfies(finding ->
                        assertThat(finding.text()).contains("cannot be written").contains("site.data"));
    }

    @Test
    void thePortsOfASiteThatRunsAreNotMissing() throws Exception {
        SiteConfig config = TestSites.config(folder, ports);
        try (LockFile lock = LockFile.take(folder.resolve("site.lock"), Duration.ofSeconds(1))
                        .orElseThrow();
                ServerSocket taken = new ServerSocket(ports.feeds(), 1, InetAddress.getLoopbackAddress())) {
            MachineCheck machine = new MachineCheck(config, false);

            assertThat(machine.siteRuns()).isTrue();
            assertThat(machine.findings()).noneMatch(finding -> finding.verdict() == Verdict.BAD);
            assertThat(lock).isNotNull();
            assertThat(taken.isBound()).isTrue();
        }
    }

    private static List<Finding> bad(SiteConfig config, boolean providerAlone) {
        return new MachineCheck(config, providerAlone)
                .findings().stream()
                        .filter(finding -> finding.verdict() == Verdict.BAD)
                        .toList();
    }
}
