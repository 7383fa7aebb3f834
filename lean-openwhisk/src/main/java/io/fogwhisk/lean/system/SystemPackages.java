package io.fogwhisk.lean.system;

import io.fogwhisk.lean.identity.IdentitySource;
import io.fogwhisk.wsk.action.BuiltInPackage;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The packages that every OpenWhisk has in {@code whisk.system}. */
public final class SystemPackages {

    private SystemPackages() {}

    /**
     * Packages with those of the system beside them.
     *
     * @param given take the place of a system package of the same name
     * @param identities tell the action {@code namespace} whose a key is
     */
    public static List<BuiltInPackage> with(List<BuiltInPackage> given, IdentitySource identities, Clock clock) {
        Set<String> taken = given.stream().map(BuiltInPackage::name).collect(Collectors.toSet());
        List<BuiltInPackage> all = new ArrayList<>(given);
        for (BuiltInPackage pkg : List.of(UtilsPackage.of(identities, clock), SamplesPackage.of())) {
            if (!taken.contains(pkg.name())) {
                all.add(pkg);
            }
        }
        return List.copyOf(all);
    }
}
