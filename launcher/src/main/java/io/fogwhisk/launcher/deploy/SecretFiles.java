package io.fogwhisk.launcher.deploy;

import io.fogwhisk.launcher.LauncherException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Writes what is missing in the files {@code secret.env} of the overlays: random keys and tokens, the same at both ends.
 * What is there stays. Not thread-safe.
 */
public final class SecretFiles {

    private static final String HEADER =
            "# Secrets, for nobody else to see and not for git. Written by `fogwhisk k8s secrets`; what stands here stays.";
    private static final String WHISK_AUTH = "FOGWHISK_OPENWHISK_AUTH";
    static final String INFLUX_TOKEN = "FOGWHISK_INFLUX_TOKEN";
    private static final String WRITERS = "FOGWHISK_INFLUX_WRITERS";
    private static final String CATALOG_SITES = "FOGWHISK_CATALOG_SITES";
    private static final String CENTRAL_TOKEN = "FOGWHISK_INFLUX_CENTRAL_TOKEN";
    private static final String CATALOG_TOKEN = "FOGWHISK_CATALOG_TOKEN";
    private static final String CATALOG_URL = "FOGWHISK_CATALOG_URL";
    private static final String EDGE_AUTH = "EDGE_WSK_AUTH";
    static final String BROKER_USER = "fogwhisk";

    private final DeployFolder folder;
    private final Tokens tokens = new Tokens();
    private final List<String> wanted = new ArrayList<>();

    /** Works on one folder of manifests. */
    public SecretFiles(DeployFolder folder) {
        this.folder = Objects.requireNonNull(folder, "folder is null");
    }

    /**
     * What was done.
     *
     * @param written the files that changed
     * @param wanted what only the user knows, one sentence each; empty when nothing is missing
     */
    public record Result(List<Path> written, List<String> wanted) {

        /** Copies the lists. */
        public Result {
            written = List.copyOf(written);
            wanted = List.copyOf(wanted);
        }
    }

    /**
     * Writes every missing value.
     *
     * @throws LauncherException if a file can't be read or written, or two files contradict each other; then nothing was
     *     written
     */
    public Result write() {
        wanted.clear();
        List<Overlay> before = new ArrayList<>();
        Optional<Overlay> centre = folder.central().map(Overlay::read);
        centre.ifPresent(before::add);
        List<Overlay> sites = folder.sites().stream().map(Overlay::read).toList();
        before.addAll(sites);
        Map<String, Path> ids = new LinkedHashMap<>();
        for (Overlay each : before) {
            Path other = ids.put(each.id(), each.folder());
            if (other != null) {
                throw new LauncherException(
                        each.folder() + " and " + other + " have the same FOGWHISK_SITE_ID, " + each.id());
            }
        }
        centre.ifPresent(SecretFiles::checkCentre);
        List<Overlay> after = new ArrayList<>();
        Optional<Overlay> served = centre.map(each -> own(each, Optional.empty()));
        for (Overlay site : sites) {
            Overlay filled = own(site, served);
            filled = shared(filled, served, CATALOG_TOKEN, CATALOG_SITES, CATALOG_URL, tokens.siteToken());
            served = admitted(served, CATALOG_SITES, filled, CATALOG_TOKEN);
            filled = shared(filled, served, CENTRAL_TOKEN, WRITERS, "FOGWHISK_INFLUX_CENTRAL_URL", tokens.token());
            served = admitted(served, WRITERS, filled, CENTRAL_TOKEN);
            after.add(filled);
        }
        served.ifPresent(each -> after.add(0, each));
        List<Path> written = new ArrayList<>();
        for (int i = 0; i < before.size(); i++) {
            EnvFile file = after.get(i).secrets();
            if (!file.lines().equals(before.get(i).secrets().lines())) {
                file.write();
                written.add(file.file());
            }
        }
        return new Result(written, wanted);
    }

    private static void checkCentre(Overlay centre) {
        if (centre.components().contains("influxdb2")) {
            throw new LauncherException(centre.folder()
                    + "/kustomization.yaml: component influxdb2 is not for the centre:"
                    + " InfluxData's InfluxDB does not know the tokens of the sites (" + WRITERS + "), so none could"
                    + " write; take it away, or name an InfluxDB elsewhere in FOGWHISK_INFLUX_CENTRAL_URL of each site"
                    + " and its token in FOGWHISK_INFLUX_CENTRAL_TOKEN");
        }
    }

    /** What an overlay needs for itself, and the one key that comes with the catalogue of the centre. */
    private Overlay own(Overlay overlay, Optional<Overlay> centre) {
        EnvFile secrets = overlay.secrets();
        if (secrets.lines().isEmpty()) {
            secrets = new EnvFile(secrets.file(), List.of(HEADER));
        }
        if (overlay.components().contains("apache-openwhisk")) {
            want(secrets, "FOGWHISK_OPENWHISK_API_HOST", "of your OpenWhisk");
            want(secrets, WHISK_AUTH, "of your OpenWhisk");
        } else {
            secrets = whiskKey(overlay, secrets, centre);
        }
        secrets = missing(secrets, INFLUX_TOKEN, tokens.token());
        if (overlay.components().contains("couchdb-catalogue")) {
            want(overlay.settings(), CATALOG_URL, "of your CouchDB");
            want(overlay.settings(), "FOGWHISK_CATALOG_USER", "of your CouchDB");
            want(secrets, "FOGWHISK_CATALOG_PASSWORD", "of your CouchDB");
        }
        if (overlay.components().contains("workloads")) {
            secrets = edgeKey(secrets);
        }
        if (overlay.components().contains("mosquitto")) {
            secrets = missing(secrets, "MQTT_PASSWORD", tokens.token());
            secrets = missing(
                    secrets,
                    "MQTT_PASSWORDS",
                    tokens.mosquittoUser(
                            BROKER_USER, secrets.value("MQTT_PASSWORD").orElse("")));
        }
        if (overlay.components().contains("influxdb2")) {
            secrets = missing(secrets, "INFLUXDB_PASSWORD", tokens.token());
        }
        if (overlay.components().contains("grafana")) {
            secrets = missing(secrets, "GRAFANA_PASSWORD", tokens.token());
            secrets = missing(secrets, "GRAFANA_INFLUX_TOKEN", tokens.token());
            Map<String, String> writers = entries(secrets, WRITERS);
            if (!overlay.components().contains("influxdb2") && !writers.containsKey("grafana")) {
                writers.put("grafana", secrets.value("GRAFANA_INFLUX_TOKEN").orElse(""));
                secrets = secrets.with(WRITERS, text(writers));
            }
        }
        return overlay.with(secrets);
    }

    /** The key of the namespace. Where that is followed, only the key counts that it has there. */
    private EnvFile whiskKey(Overlay overlay, EnvFile secrets, Optional<Overlay> centre) {
        if (overlay.components().contains("couchdb-catalogue")) {
            want(secrets, WHISK_AUTH, "of the namespace in your CouchDB");
            return secrets;
        }
        boolean follows =
                !overlay.isCentre() && overlay.settings().value(CATALOG_URL).isPresent();
        if (follows && centre.isEmpty()) {
            want(secrets, WHISK_AUTH, "of the centre, which is run from elsewhere,");
            return secrets;
        }
        Optional<String> known =
                centre.filter(each -> follows).flatMap(each -> each.secrets().value(WHISK_AUTH));
        return missing(secrets, WHISK_AUTH, known.orElseGet(tokens::whiskKey));
    }

    private void want(EnvFile file, String key, String whose) {
        if (file.value(key).isEmpty()) {
            wanted.add(file.file() + ": " + key + " " + whose + " is to be written there by you");
        }
    }

    /** The same key again, as the edge computer takes it. */
    private static EnvFile edgeKey(EnvFile secrets) {
        if (secrets.value(WHISK_AUTH).isEmpty()) {
            return secrets;
        }
        String expected = Tokens.base64(secrets.value(WHISK_AUTH).orElse(""));
        if (secrets.value(EDGE_AUTH).filter(there -> !there.equals(expected)).isPresent()) {
            throw new LauncherException(secrets.file() + ": " + EDGE_AUTH + " is not the base64 of " + WHISK_AUTH
                    + "; take it away to get it written anew");
        }
        return secrets.with(EDGE_AUTH, expected);
    }

    /** A token that the site sends and the centre knows: the centre's, or else a new one. */
    private Overlay shared(
            Overlay site, Optional<Overlay> centre, String key, String list, String address, String fresh) {
        boolean used = site.settings().value(address).isPresent() && !replaced(site, key);
        if (!used || site.secrets().value(key).isPresent()) {
            return site;
        }
        Optional<String> known =
                centre.map(each -> entries(each.secrets(), list).get(site.id()));
        if (known.isEmpty() && centre.isEmpty()) {
            wanted.add(site.secrets().file() + ": " + key + " is to be written there by you: the centre is run from"
                    + " elsewhere, and whoever runs it has the token (" + list + " there)");
            return site;
        }
        return site.with(site.secrets().with(key, known.orElse(fresh)));
    }

    /** Whether a component of the site has no use for what the centre gives it. */
    private static boolean replaced(Overlay site, String key) {
        return key.equals(CATALOG_TOKEN)
                && (site.components().contains("apache-openwhisk")
                        || site.components().contains("couchdb-catalogue"));
    }

    /** The centre, which knows the token of the site. */
    private static Optional<Overlay> admitted(Optional<Overlay> centre, String list, Overlay site, String key) {
        Optional<String> token = site.secrets().value(key);
        if (centre.isEmpty() || token.isEmpty()) {
            return centre;
        }
        EnvFile secrets = centre.get().secrets();
        Map<String, String> admitted = entries(secrets, list);
        String before = admitted.putIfAbsent(site.id(), token.get());
        if (before != null && !before.equals(token.get())) {
            throw new LauncherException(
                    site.secrets().file() + ": " + key + " is not the token of " + site.id() + " in " + list + " of "
                            + secrets.file() + "; make them the same, or take one away to get a new one");
        }
        return Optional.of(centre.get().with(before == null ? secrets.with(list, text(admitted)) : secrets));
    }

    private static EnvFile missing(EnvFile file, String key, String value) {
        return file.value(key).isPresent() ? file : file.with(key, value);
    }

    /** {@code dc-1=...,dc-2=...}. */
    private static Map<String, String> entries(EnvFile file, String key) {
        Map<String, String> entries = new LinkedHashMap<>();
        for (String entry : file.value(key).orElse("").split(",", -1)) {
            int equals = entry.indexOf('=');
            if (equals > 0) {
                entries.put(
                        entry.substring(0, equals).strip(),
                        entry.substring(equals + 1).strip());
            } else if (!entry.isBlank()) {
                throw new LauncherException(file.file() + ": " + key + " must be SITE=TOKEN,SITE=TOKEN");
            }
        }
        return entries;
    }

    private static String text(Map<String, String> entries) {
        return entries.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(","));
    }
}
