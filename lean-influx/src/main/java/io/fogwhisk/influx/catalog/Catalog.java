package io.fogwhisk.influx.catalog;

import io.fogwhisk.base.lifecycle.Service;
import io.fogwhisk.influx.ErrorCode;
import io.fogwhisk.influx.InfluxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The organisation, its buckets and the tokens.
 *
 * <p>Life cycle: {@link #start} reads the file, makes sure that what is configured is there, that the configured operator
 * may do everything, and that configured tokens that are not configured any more are gone. Thread-safe: reading never
 * waits; a change returns when it is durable, so that it must not be called on a network thread. Failure: {@link
 * InfluxException} with InfluxDB's words for what the client did wrong, {@link io.fogwhisk.base.store.StoreException} when
 * the file can't be written; then nothing has changed.
 */
public final class Catalog implements Service {

    private static final int MAX_BUCKETS = 1_000;
    private static final int MAX_AUTHORIZATIONS = 1_000;
    private static final int TOKEN_BYTES = 64;
    private static final String OPERATOR = "authorization/operator";
    private static final String CONFIGURED = "configured: ";

    private final Path path;
    private final String orgName;
    private final List<ConfiguredBucket> configured;
    private final String operatorToken;
    private final List<ConfiguredToken> tokens;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private volatile @Nullable CatalogFile file;
    private volatile @Nullable CatalogState state;

    /**
     * A catalogue that is not read yet.
     *
     * @param path the database file; made when it is missing
     * @param orgName of the organisation
     * @param configured buckets that are there after the start
     * @param operatorToken the token that may do everything
     * @param tokens that are there after the start, each for one of the configured buckets
     */
    public Catalog(
            Path path,
            String orgName,
            List<ConfiguredBucket> configured,
            String operatorToken,
            List<ConfiguredToken> tokens,
            Clock clock) {
        this.path = Objects.requireNonNull(path, "path is null");
        this.orgName = Objects.requireNonNull(orgName, "orgName is null");
        this.configured = List.copyOf(configured);
        this.operatorToken = Objects.requireNonNull(operatorToken, "operatorToken is null");
        this.tokens = List.copyOf(tokens);
        this.clock = Objects.requireNonNull(clock, "clock is null");
    }

    @Override
    public synchronized void start() {
        CatalogFile opened = new CatalogFile(path);
        Instant now = clock.instant();
        Organization org = opened.organization()
                .map(known -> known.name().equals(orgName)
                        ? known
                        : new Organization(known.id(), orgName, known.description(), known.createdAt(), now))
                .orElseGet(() -> new Organization(Ids.of("org/" + orgName), orgName, "", now, now));
        opened.put(org);
        file = opened;
        state = new CatalogState(org, opened.buckets(), opened.authorizations());
        configured.forEach(bucket -> ensure(bucket, now));
        ensureToken(Ids.of(OPERATOR), operatorToken, "the configured token", everything(), 0, now);
        List<Authorization> former = new ArrayList<>(authorizations());
        tokens.forEach(token -> {
            String id = Ids.of(CONFIGURED + token.name());
            ensureToken(
                    id,
                    token.token(),
                    CONFIGURED + token.name(),
                    bucketOf(token),
                    authorizations().size(),
                    now);
            former.removeIf(each -> each.id().equals(id));
        });
        former.stream().filter(Catalog::wasConfigured).forEach(this::drop);
    }

    /** Closes nothing: no connection stays open between changes. */
    @Override
    public void close() {}

    /** The organisation. */
    public Organization organization() {
        return state().organization();
    }

    /** All buckets, oldest first. */
    public List<Bucket> buckets() {
        return state().buckets();
    }

    /** The bucket with a name. */
    public Optional<Bucket> bucketNamed(String name) {
        return first(buckets(), bucket -> bucket.name().equals(name));
    }

    /** The bucket with an id. */
    public Optional<Bucket> bucket(String id) {
        return first(buckets(), bucket -> bucket.id().equals(id));
    }

    /** All tokens, oldest first. */
    public List<Authorization> authorizations() {
        return state().authorizations();
    }

    /** What the token with an id allows. */
    public Optional<Authorization> authorization(String id) {
        return first(authorizations(), each -> each.id().equals(id));
    }

    /** Whether this is a configured token, which can neither be switched off nor deleted. */
    public boolean configured(Authorization authorization) {
        return authorization.id().equals(Ids.of(OPERATOR)) || wasConfigured(authorization);
    }

    /** What a token allows, whether or not it is active; empty if nobody knows it. */
    public Optional<Authorization> byToken(String token) {
        // Compared by their hashes, all of them and in constant time: the delay tells nothing about a guess.
        byte[] given = hash(token).getBytes(StandardCharsets.US_ASCII);
        Authorization found = null;
        for (Authorization each : authorizations()) {
            if (MessageDigest.isEqual(given, each.hash().getBytes(StandardCharsets.US_ASCII))) {
                found = each;
            }
        }
        return Optional.ofNullable(found);
    }

    /**
     * Makes a bucket.
     *
     * @param retention whole seconds, zero for ever
     * @param shard empty for what InfluxDB chooses
     */
    public synchronized Bucket createBucket(
            String name, String description, Duration retention, Optional<Duration> shard) {
        if (buckets().size() >= MAX_BUCKETS) {
            throw new InfluxException(
                    ErrorCode.UNPROCESSABLE, "there are " + MAX_BUCKETS + " buckets, which is the limit");
        }
        checkFree(name, Optional.empty());
        String id = Ids.random(random);
        Instant now = clock.instant();
        return add(
                new Bucket(id, id, name, description, retention, shard.orElse(Bucket.shardFor(retention)), now, now));
    }

    /** Changes a bucket; what is empty stays. */
    public synchronized Bucket changeBucket(
            String id,
            Optional<String> name,
            Optional<String> description,
            Optional<Duration> retention,
            Optional<Duration> shard) {
        Bucket old = existing(id);
        name.ifPresent(wanted -> checkFree(wanted, Optional.of(old)));
        Duration newRetention = retention.orElse(old.retention());
        Duration newShard = shard.orElse(retention.isPresent() ? Bucket.shardFor(newRetention) : old.shard());
        return replace(old.with(
                name.orElse(old.name()),
                description.orElse(old.description()),
                newRetention,
                newShard,
                clock.instant()));
    }

    /** Deletes a bucket. Its points are deleted by whoever then calls {@link #dropped}, also after a restart. */
    public synchronized Bucket deleteBucket(String id) {
        Bucket bucket = existing(id);
        file().drop(bucket);
        state = state().withBuckets(without(buckets(), each -> each.id().equals(id)));
        return bucket;
    }

    /** The store's keys of deleted buckets whose points may still be there. */
    public List<String> dropped() {
        return file().dropped();
    }

    /** Says that the points of a deleted bucket are gone. */
    public synchronized void forgetDropped(String key) {
        file().forgetDropped(key);
    }

    /** Makes a random token. */
    public synchronized NewToken createAuthorization(String description, boolean active, List<Permission> permissions) {
        if (authorizations().size() >= MAX_AUTHORIZATIONS) {
            throw new InfluxException(
                    ErrorCode.UNPROCESSABLE, "there are " + MAX_AUTHORIZATIONS + " tokens, which is the limit");
        }
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        // With its padding, as InfluxDB's own tokens have it.
        String token = Base64.getUrlEncoder().encodeToString(bytes);
        Instant now = clock.instant();
        Authorization made =
                new Authorization(Ids.random(random), hash(token), description, active, permissions, now, now);
        file().put(made);
        List<Authorization> all = new ArrayList<>(authorizations());
        all.add(made);
        state = state().withAuthorizations(all);
        return new NewToken(made, token);
    }

    /** Changes a token; what is empty stays. */
    public synchronized Authorization changeAuthorization(
            String id, Optional<String> description, Optional<Boolean> active) {
        Authorization old = changeable(id);
        Authorization changed =
                old.with(description.orElse(old.description()), active.orElse(old.active()), clock.instant());
        file().put(changed);
        state = state().withAuthorizations(
                        map(authorizations(), each -> each.id().equals(id) ? changed : each));
        return changed;
    }

    /** Deletes a token. */
    public synchronized void deleteAuthorization(String id) {
        drop(changeable(id));
    }

    /** Until when the work of a name is done, as {@link #progress(String, Instant)} was told. */
    public Optional<Instant> progress(String name) {
        return file().progress(name);
    }

    /** Remembers until when the work of a name is done. */
    public synchronized void progress(String name, Instant until) {
        file().putProgress(name, until);
    }

    private void ensure(ConfiguredBucket wanted, Instant now) {
        Optional<Bucket> known = bucketNamed(wanted.name());
        if (known.isPresent()) {
            Bucket bucket = known.get();
            wanted.retention()
                    .filter(retention -> !retention.equals(bucket.retention()))
                    .ifPresent(retention -> replace(bucket.with(
                            bucket.name(), bucket.description(), retention, Bucket.shardFor(retention), now)));
            return;
        }
        Duration retention = wanted.retention().orElse(Duration.ZERO);
        // A deleted bucket's tokens must not open the one that comes after it.
        // The id follows from the name, and what was stored before there was a catalogue is found under the name.
        String id = Ids.of("bucket/" + orgName + "/" + wanted.name());
        String key = wanted.name();
        if (bucket(id).isPresent()
                || named(id)
                || file().dropped().contains(key)
                || first(buckets(), each -> each.key().equals(key)).isPresent()) {
            id = Ids.random(random);
            add(new Bucket(id, id, wanted.name(), "", retention, Bucket.shardFor(retention), now, now));
        } else {
            add(new Bucket(id, key, wanted.name(), "", retention, Bucket.shardFor(retention), now, now));
        }
    }

    /** Whether a token names a bucket, by its id. */
    private boolean named(String bucketId) {
        return authorizations().stream()
                .flatMap(each -> each.permissions().stream())
                .anyMatch(permission ->
                        permission.resource().id().filter(bucketId::equals).isPresent());
    }

    private void ensureToken(
            String id, String token, String description, List<Permission> permissions, int place, Instant now) {
        String hash = hash(token);
        Optional<Authorization> known = authorization(id);
        if (known.isPresent()
                && known.get().hash().equals(hash)
                && known.get().permissions().equals(permissions)) {
            return;
        }
        // Two that share a token would be told apart by chance.
        without(authorizations(), each -> !each.hash().equals(hash)).forEach(this::drop);
        Authorization wanted = new Authorization(
                id,
                hash,
                description,
                true,
                permissions,
                known.map(Authorization::createdAt).orElse(now),
                now);
        file().put(wanted);
        List<Authorization> all =
                new ArrayList<>(without(authorizations(), each -> each.id().equals(id)));
        all.add(Math.min(place, all.size()), wanted);
        state = state().withAuthorizations(all);
    }

    private void drop(Authorization authorization) {
        file().delete(authorization);
        state = state().withAuthorizations(
                        without(authorizations(), each -> each.id().equals(authorization.id())));
    }

    private static List<Permission> everything() {
        return Stream.of(Action.values())
                .map(action -> new Permission(action, new Resource(Resource.ANY, Optional.empty(), Optional.empty())))
                .toList();
    }

    private List<Permission> bucketOf(ConfiguredToken token) {
        Bucket bucket = bucketNamed(token.bucket())
                .orElseThrow(() -> new InfluxException(
                        ErrorCode.INVALID,
                        "the configured token " + token.name() + " is for the bucket " + token.bucket()
                                + ", which is not there"));
        String org = organization().id();
        return Stream.of(Action.values())
                .map(action -> new Permission(action, Resource.one(Resource.BUCKETS, bucket.id(), org)))
                .toList();
    }

    /** Nobody else can make an authorization whose id follows from its description. */
    private static boolean wasConfigured(Authorization authorization) {
        return authorization.description().startsWith(CONFIGURED)
                && authorization.id().equals(Ids.of(authorization.description()));
    }

    private void checkFree(String name, Optional<Bucket> but) {
        if (name.isBlank()) {
            throw new InfluxException(ErrorCode.INVALID, "bucket name must not be empty");
        }
        if (name.startsWith("_")) {
            throw new InfluxException(
                    ErrorCode.INVALID, "bucket name " + name + " is invalid. Buckets may not start with underscore");
        }
        if (name.contains("\"")) {
            throw new InfluxException(
                    ErrorCode.INVALID,
                    "bucket name " + name + " is invalid. Bucket names may not include quotation marks");
        }
        Optional<Bucket> other = bucketNamed(name);
        if (other.isPresent() && !other.equals(but)) {
            throw new InfluxException(ErrorCode.CONFLICT, "bucket with name " + name + " already exists");
        }
    }

    private Bucket existing(String id) {
        return bucket(id).orElseThrow(() -> new InfluxException(ErrorCode.NOT_FOUND, "bucket not found"));
    }

    private Authorization changeable(String id) {
        Authorization found = authorization(id)
                .orElseThrow(() -> new InfluxException(ErrorCode.NOT_FOUND, "authorization not found"));
        if (configured(found)) {
            throw new InfluxException(
                    ErrorCode.INVALID, "this is the configured token: change it where it is configured");
        }
        return found;
    }

    private Bucket add(Bucket bucket) {
        file().put(bucket);
        List<Bucket> all = new ArrayList<>(buckets());
        all.add(bucket);
        state = state().withBuckets(all);
        return bucket;
    }

    private Bucket replace(Bucket bucket) {
        file().put(bucket);
        state = state().withBuckets(map(buckets(), each -> each.id().equals(bucket.id()) ? bucket : each));
        return bucket;
    }

    private static String hash(String token) {
        return HexFormat.of().formatHex(Ids.sha256(token));
    }

    private static <T> Optional<T> first(List<T> all, Predicate<T> which) {
        return all.stream().filter(which).findFirst();
    }

    private static <T> List<T> without(List<T> all, Predicate<T> which) {
        return all.stream().filter(which.negate()).toList();
    }

    private static <T> List<T> map(List<T> all, UnaryOperator<T> change) {
        return all.stream().map(change).toList();
    }

    private CatalogFile file() {
        CatalogFile open = file;
        if (open == null) {
            throw new InfluxException(ErrorCode.UNAVAILABLE, "the catalogue " + path + " is not open");
        }
        return open;
    }

    private CatalogState state() {
        CatalogState current = state;
        if (current == null) {
            throw new InfluxException(ErrorCode.UNAVAILABLE, "the catalogue " + path + " is not open");
        }
        return current;
    }
}
