package io.fogwhisk.lean.identity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.lean.store.LeanException;
import io.fogwhisk.wsk.EntityListing.Registration;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * The sites that may read the catalogue, in {@code sites.json} of the centre's data folder. Of each token the file holds
 * a hash of what its site logs in with, and, encrypted under {@code site.key} beside it, the key derived from the token
 * to seal secrets for the site; the token itself is nowhere but at the site. Beside these there are the sites that the
 * configuration admits; for a site that it names, the file's token does not hold.
 *
 * <p>Life cycle: {@link #entries}, {@link #add} and {@link #revoke} work without a start, in any process. After
 * {@link #start} what the file says holds, and a change by whomever holds within a second.
 *
 * <p>Threads: one of its own looks at the file; the methods may be called by any.
 */
public final class SiteTokens implements Service {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int VERSION = 1;
    private static final String PREFIX = "fwt_";
    private static final int TOKEN_BYTES = 32;
    private static final Pattern SITE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    private final Clock clock;
    private final WatchedFile<Entry> file;
    private final List<Entry> admitted;
    private volatile Known known = Known.NOTHING;

    /**
     * The tokens of a folder, which must exist when they are used.
     *
     * @param name of the centre; in the thread's name
     */
    public SiteTokens(String name, Path folder, Clock clock) {
        this(name, folder, Map.of(), clock);
    }

    /**
     * The same, with the sites that the configuration admits.
     *
     * @param configured the tokens by site
     */
    public SiteTokens(String name, Path folder, Map<String, String> configured, Clock clock) {
        this.clock = Objects.requireNonNull(clock, "clock is null");
        admitted = configured.entrySet().stream()
                .map(each -> entry(each.getKey(), each.getValue(), Optional.empty()))
                .toList();
        file = new WatchedFile<>(name, "sites", folder.resolve("sites.json"), new Form(folder));
        // The first listener: whoever else is told of a change finds it here.
        Registration unused = file.onChange(() -> known = Known.of(all(file.known())));
    }

    /**
     * Reads the file and goes on looking at it.
     *
     * @throws LeanException if it can't be read
     */
    @Override
    public void start() {
        file.start();
    }

    /**
     * The sites that the file names now, in the order they came, and then those that the configuration admits.
     *
     * @throws LeanException if it can't be read
     */
    public List<SiteToken> entries() {
        return all(file.read()).stream()
                .map(entry -> new SiteToken(entry.site(), entry.created()))
                .toList();
    }

    /**
     * Makes a token for a site.
     *
     * @param site letters, digits, dots, dashes and underscores, at most 63
     * @return the token, 256 random bits in text; nobody can show it again
     * @throws LeanException 409 if the site has one, 400 if the id is not one
     */
    public String add(String site) {
        if (!SITE.matcher(site).matches()) {
            throw new LeanException(
                    400,
                    "the id of a site has letters, digits, dots, dashes and underscores, at most 63, was '" + site
                            + "'");
        }
        byte[] bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        String token = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Entry entry = entry(site, token, Optional.of(clock.instant().truncatedTo(ChronoUnit.SECONDS)));
        if (isConfigured(site)) {
            throw new LeanException(409, "the site " + site + " has a token already, in the configuration");
        }
        edit(before -> {
            List<Entry> after = new ArrayList<>(before);
            after.add(entry);
            return after;
        });
        return token;
    }

    /**
     * Ends a site's access, here at once and in other processes within a second.
     *
     * @throws LeanException 404 if it has none; 409 if the configuration admits it, after its token of the file is gone
     */
    public void revoke(String site) {
        boolean configured = isConfigured(site);
        edit(before -> {
            List<Entry> after = new ArrayList<>(before);
            if (!after.removeIf(entry -> entry.site().equals(site)) && !configured) {
                throw new LeanException(404, "there is no site " + site);
            }
            return after;
        });
        if (configured) {
            throw new LeanException(
                    409, "the site " + site + " is admitted by the configuration (catalog.sites): take it out there");
        }
    }

    /**
     * Whose a token is; empty if it is nobody's, after a look at the file.
     *
     * @param token itself, or what {@link SealedKey#login} made of it
     */
    public Optional<String> siteOf(String token) {
        String hash = hash(SealedKey.login(token));
        if (!known.siteByHash().containsKey(hash)) {
            // A site that was admitted a moment ago need not knock twice.
            file.look();
        }
        return Optional.ofNullable(known.siteByHash().get(hash));
    }

    /** What secrets are sealed with for a site, a copy; empty if the site has no token. */
    public Optional<byte[]> sealingKey(String site) {
        return Optional.ofNullable(known.keyBySite().get(site))
                .map(key -> HexFormat.of().parseHex(key));
    }

    /** A text that changes whenever a token comes or goes, and tells nothing else. */
    public String fingerprint() {
        return known.fingerprint();
    }

    /** Calls a listener, which must not block, after every change of what holds here. */
    public Registration onChange(Runnable listener) {
        return file.onChange(listener);
    }

    @Override
    public void close() {
        file.close();
    }

    private boolean isConfigured(String site) {
        return admitted.stream().anyMatch(each -> each.site().equals(site));
    }

    private List<Entry> all(List<Entry> inFile) {
        List<Entry> all = new ArrayList<>(inFile);
        all.removeIf(each -> isConfigured(each.site()));
        all.addAll(admitted);
        return all;
    }

    private static Entry entry(String site, String token, Optional<Instant> created) {
        return new Entry(
                site, hash(SealedKey.login(token)), HexFormat.of().formatHex(SealedKey.derive(token)), created);
    }

    private void edit(UnaryOperator<List<Entry>> change) {
        List<Entry> unused = file.edit(change);
    }

    private static String hash(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new LeanException(500, "This Java has no SHA-256.", e);
        }
    }

    /** One site of the file, its sealing key in clear; its text form hides it. */
    private record Entry(String site, String hash, String sealingKey, Optional<Instant> created) {
        @Override
        public String toString() {
            return "Entry[" + site + "]";
        }
    }

    private record Form(Path folder) implements WatchedFile.Form<Entry> {

        @Override
        public List<Entry> read(String text) {
            SiteKey key = SiteKey.read(keyFile());
            JsonNode root;
            try {
                root = JSON.readTree(text);
            } catch (JsonProcessingException e) {
                // Its message would quote the text.
                throw unusable("it is not valid JSON, line " + e.getLocation().getLineNr());
            }
            if (root.path("version").asInt() != VERSION || !root.path("sites").isArray()) {
                throw unusable("it must have \"version\": " + VERSION + " and a list \"sites\"");
            }
            List<Entry> entries = new ArrayList<>();
            for (JsonNode json : root.path("sites")) {
                String site = json.path("site").asText();
                try {
                    entries.add(new Entry(
                            site,
                            json.path("token").asText(),
                            key.open(json.path("key").asText(), site),
                            Optional.of(Instant.parse(json.path("created").asText()))));
                } catch (DateTimeParseException e) {
                    throw unusable("site '" + site + "': created must be a time such as 2026-01-31T12:00:00Z");
                } catch (LeanException e) {
                    throw unusable(String.valueOf(e.getMessage()));
                }
            }
            return checked(entries);
        }

        @Override
        public List<Entry> checked(List<Entry> entries) {
            Set<String> seen = new HashSet<>();
            for (Entry entry : entries) {
                if (!seen.add(entry.site())) {
                    throw new LeanException(409, "the site " + entry.site() + " has a token already");
                }
            }
            return List.copyOf(entries);
        }

        @Override
        public String write(List<Entry> before, List<Entry> after) {
            // Where identities are, the key that they are encrypted with must not be made anew.
            boolean first = before.isEmpty() && !Files.exists(folder.resolve("identities.json"));
            SiteKey key = first ? SiteKey.readOrMake(keyFile()) : SiteKey.read(keyFile());
            ObjectNode root = JSON.createObjectNode();
            root.put("version", VERSION);
            root.putArray("sites");
            for (Entry entry : after) {
                ObjectNode json = root.withArray("/sites").addObject();
                json.put("site", entry.site());
                json.put("token", entry.hash());
                json.put("key", key.seal(entry.sealingKey(), entry.site()));
                entry.created().ifPresent(created -> json.put("created", created.toString()));
            }
            return root.toPrettyString() + "\n";
        }

        private Path keyFile() {
            return folder.resolve("site.key");
        }

        private LeanException unusable(String why) {
            return new LeanException(500, "the sites file " + folder.resolve("sites.json") + " is not usable: " + why);
        }
    }

    /** What the file says, ready to be asked. */
    private record Known(Map<String, String> siteByHash, Map<String, String> keyBySite, String fingerprint) {

        static final Known NOTHING = new Known(Map.of(), Map.of(), "");

        static Known of(List<Entry> entries) {
            Map<String, String> siteByHash = new HashMap<>();
            Map<String, String> keyBySite = new HashMap<>();
            StringBuilder all = new StringBuilder();
            for (Entry entry : entries) {
                siteByHash.put(entry.hash(), entry.site());
                keyBySite.put(entry.site(), entry.sealingKey());
                all.append(entry.hash());
            }
            return new Known(Map.copyOf(siteByHash), Map.copyOf(keyBySite), SiteTokens.hash(all.toString()));
        }

        @Override
        public String toString() {
            return "Known" + keyBySite.keySet();
        }
    }
}
