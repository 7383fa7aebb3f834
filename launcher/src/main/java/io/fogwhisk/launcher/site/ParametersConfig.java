package io.fogwhisk.launcher.site;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.base.config.ConfigNode;
import io.fogwhisk.lean.parameters.SiteParameters;
import io.fogwhisk.lean.parameters.SiteValue;
import io.fogwhisk.lean.parameters.Target;
import io.fogwhisk.lean.parameters.Target.Kind;
import io.fogwhisk.wsk.WskException;
import io.fogwhisk.wsk.model.QualifiedName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a site gives to the actions, triggers and feeds that were declared elsewhere. Secrets are read when the
 * configuration is.
 *
 * @param variables of the user's own, by the name that stands between the braces
 * @param given by whom it is for and its key
 */
public record ParametersConfig(Map<String, SiteValue> variables, Map<Target, Map<String, SiteValue>> given) {

    /** Of a site that gives nothing. */
    public static final ParametersConfig NONE = new ParametersConfig(Map.of(), Map.of());

    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Map<String, Kind> SECTIONS = Map.of(
            "namespaces", Kind.NAMESPACE,
            "packages", Kind.PACKAGE,
            "actions", Kind.ACTION,
            "triggers", Kind.TRIGGER,
            "feeds", Kind.FEED);
    private static final int MAX_SECRET = 64 * 1024;

    /** Copies the maps. */
    public ParametersConfig {
        variables = Map.copyOf(variables);
        given = Map.copyOf(given);
    }

    /** Reads {@code site.variables} and {@code parameters}. */
    static ParametersConfig read(ConfigNode root) {
        Map<String, SiteValue> variables = new HashMap<>();
        ConfigNode site = root.section("site");
        site.values("variables").forEach((name, value) -> {
            if (VARIABLE.matcher(name).matches()) {
                value(site, "variables." + name, value)
                        .ifPresent(known -> variables.put("site.variables." + name, known));
            } else {
                site.fault("variables." + name, "must be a name of letters, digits, dots, dashes and underscores");
            }
        });
        Map<Target, Map<String, SiteValue>> given = new HashMap<>();
        ConfigNode parameters = root.section("parameters");
        SECTIONS.forEach((section, kind) -> parameters.values(section).forEach((name, values) -> {
            String key = section + "." + name;
            Optional<Target> target = target(parameters, key, kind, name);
            if (!values.isObject()) {
                parameters.fault(key, "must be a section of parameters and their values");
            } else if (target.isPresent()) {
                given.put(target.get(), values(parameters, key, values));
            }
        }));
        return new ParametersConfig(variables, given);
    }

    /** What holds at a site: its own variables beside those that every site has. */
    SiteParameters at(SiteConfig site, SiteAddresses addresses) {
        Map<String, SiteValue> all = new HashMap<>(variables);
        all.put("site.id", SiteValue.shown(site.id()));
        all.put("site.host", SiteValue.shown(site.host()));
        all.put("site.mqtt.url", SiteValue.secret(addresses.broker().reveal()));
        all.put("site.influx.org", SiteValue.shown(site.influxOrg()));
        all.put("site.influx.url", SiteValue.shown(addresses.localUrl()));
        all.put("site.influx.bucket", SiteValue.shown(site.local().bucket()));
        all.put("site.central.url", SiteValue.shown(addresses.centralUrl()));
        all.put("site.central.bucket", SiteValue.shown(site.centre().bucket()));
        if (site.catalog().shareTokens()) {
            all.put("site.influx.token", SiteValue.secret(addresses.localToken()));
            all.put("site.central.token", SiteValue.secret(addresses.centralToken()));
        }
        // The centre's users declare for all sites anyway.
        return new SiteParameters(all, given, site.catalog().serve());
    }

    private static Optional<Target> target(ConfigNode node, String key, Kind kind, String name) {
        try {
            if (kind == Kind.NAMESPACE) {
                return Optional.of(new Target(kind, QualifiedName.of(name, "x").namespace()));
            }
            QualifiedName parsed = QualifiedName.parse(name);
            boolean absolute = name.startsWith("/") && !parsed.namespace().equals(QualifiedName.DEFAULT_NAMESPACE);
            if (absolute && (kind == Kind.ACTION || parsed.packageName().isEmpty())) {
                return Optional.of(new Target(kind, SiteParameters.plain(parsed)));
            }
        } catch (WskException e) {
            node.fault(key, "must be the full name of what the parameters are for: " + e.getMessage());
            return Optional.empty();
        }
        node.fault(
                key,
                kind == Kind.ACTION
                        ? "must have the form /namespace/name or /namespace/package/name"
                        : "must have the form /namespace/name");
        return Optional.empty();
    }

    private static Map<String, SiteValue> values(ConfigNode node, String key, JsonNode section) {
        Map<String, SiteValue> values = new LinkedHashMap<>();
        section.properties()
                .forEach(entry -> value(node, key + "." + entry.getKey(), entry.getValue())
                        .ifPresent(value -> values.put(entry.getKey(), value)));
        return values;
    }

    /** A value as it stands, or the secret that {@code from-file} or {@code from-env} leads to. */
    private static Optional<SiteValue> value(ConfigNode node, String key, JsonNode value) {
        if (value.isObject() && value.size() == 1) {
            String source = value.fieldNames().next();
            String where = value.path(source).asText();
            if (source.equals("from-file")) {
                return file(node, key, where);
            }
            if (source.equals("from-env")) {
                Optional<SiteValue> text =
                        Optional.ofNullable(System.getenv(where)).map(SiteValue::secret);
                if (text.isEmpty()) {
                    node.fault(key, "the environment has no variable " + where);
                }
                return text;
            }
        }
        return Optional.of(new SiteValue(value, false));
    }

    private static Optional<SiteValue> file(ConfigNode node, String key, String where) {
        try {
            Path file = Path.of(where);
            if (Files.size(file) <= MAX_SECRET) {
                // Editors end a file with a line's end that is no part of the secret.
                return Optional.of(SiteValue.secret(Files.readString(file).stripTrailing()));
            }
            node.fault(key, "the file " + where + " has more than " + MAX_SECRET + " bytes");
        } catch (IOException | InvalidPathException e) {
            node.fault(key, "cannot read the file " + where + ": " + e);
        }
        return Optional.empty();
    }
}
