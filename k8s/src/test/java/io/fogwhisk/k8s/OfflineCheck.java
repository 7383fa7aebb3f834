package io.fogwhisk.k8s;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Everything that can be known of manifests without a cluster. */
final class OfflineCheck {

    private final List<Rule> rules;

    /**
     * The check.
     *
     * @param version of the project
     */
    OfflineCheck(String version) {
        rules = List.of(
                new NameRule(),
                new PortRule(),
                new ValueRule(),
                new SelectorRule(flows().roles().keySet()),
                new ReferenceRule(),
                new SecurityRule(),
                new ImageRule(version),
                new AvailabilityRule(),
                new ProgramRule());
    }

    /** What is wrong with manifests that are applied together; empty when nothing is. */
    List<Fault> faults(String source, String yaml) {
        Faults faults = new Faults();
        ManifestSet manifests = ManifestText.read(source, yaml, faults);
        rules.forEach(rule -> rule.check(manifests, faults));
        return faults.all();
    }

    private static FlowTable flows() {
        try {
            return FlowTable.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
