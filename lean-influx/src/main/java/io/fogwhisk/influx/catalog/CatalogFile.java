package io.fogwhisk.influx.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.base.store.Database;
import io.fogwhisk.base.store.StoreException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The catalogue's database file. Every change is durable when its method returns. Not thread-safe. */
final class CatalogFile {

    private static final List<String> SCHEMA = List.of("""
            create table organization (
                id text primary key,
                name text not null,
                description text not null,
                created text not null,
                updated text not null
            ) strict;
            create table bucket (
                id text primary key,
                key text not null unique,
                name text not null unique,
                description text not null,
                retention integer not null,
                shard integer not null,
                created text not null,
                updated text not null
            ) strict;
            create table dropped (
                key text primary key
            ) strict;
            create table authorization (
                id text primary key,
                hash text not null unique,
                description text not null,
                active integer not null,
                permissions text not null,
                created text not null,
                updated text not null
            ) strict;
            create table progress (
                name text primary key,
                until text not null
            ) strict
            """);

    private final ObjectMapper json = new ObjectMapper();
    private final Database database;

    CatalogFile(Path file) {
        database = Database.open(file, SCHEMA);
    }

    /** One change, in a transaction of its own. */
    @FunctionalInterface
    private interface Change {
        void apply(Connection connection) throws SQLException;
    }

    /** Makes something of a row. */
    @FunctionalInterface
    private interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    Optional<Organization> organization() {
        return all(
                        "select id, name, description, created, updated from organization",
                        row -> new Organization(
                                row.getString(1), row.getString(2), row.getString(3), instant(row, 4), instant(row, 5)))
                .stream()
                .findFirst();
    }

    List<Bucket> buckets() {
        return all(
                "select id, key, name, description, retention, shard, created, updated from bucket order by rowid",
                row -> new Bucket(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        Duration.ofSeconds(row.getLong(5)),
                        Duration.ofSeconds(row.getLong(6)),
                        instant(row, 7),
                        instant(row, 8)));
    }

    List<Authorization> authorizations() {
        return all(
                "select id, hash, description, active, permissions, created, updated from authorization"
                        + " order by rowid",
                row -> new Authorization(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getBoolean(4),
                        permissions(row.getString(5)),
                        instant(row, 6),
                        instant(row, 7)));
    }

    /** The keys of deleted buckets whose points are still to be deleted. */
    List<String> dropped() {
        return all("select key from dropped", row -> row.getString(1));
    }

    Optional<Instant> progress(String name) {
        return all("select name, until from progress", row -> new Progress(row.getString(1), instant(row, 2))).stream()
                .filter(each -> each.name.equals(name))
                .map(Progress::until)
                .findFirst();
    }

    void put(Organization org) {
        change(connection -> update(
                connection,
                "insert into organization(id, name, description, created, updated) values (?, ?, ?, ?, ?)"
                        + " on conflict(id) do update set name = excluded.name, description = excluded.description,"
                        + " updated = excluded.updated",
                org.id(),
                org.name(),
                org.description(),
                org.createdAt().toString(),
                org.updatedAt().toString()));
    }

    void put(Bucket bucket) {
        change(connection -> update(
                connection,
                "insert into bucket(id, key, name, description, retention, shard, created, updated)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?) on conflict(id) do update set name = excluded.name,"
                        + " description = excluded.description, retention = excluded.retention,"
                        + " shard = excluded.shard, updated = excluded.updated",
                bucket.id(),
                bucket.key(),
                bucket.name(),
                bucket.description(),
                bucket.retention().toSeconds(),
                bucket.shard().toSeconds(),
                bucket.createdAt().toString(),
                bucket.updatedAt().toString()));
    }

    void drop(Bucket bucket) {
        change(connection -> {
            update(connection, "delete from bucket where id = ?", bucket.id());
            update(connection, "insert or ignore into dropped(key) values (?)", bucket.key());
        });
    }

    void forgetDropped(String key) {
        change(connection -> update(connection, "delete from dropped where key = ?", key));
    }

    void put(Authorization authorization) {
        change(connection -> update(
                connection,
                "insert into authorization(id, hash, description, active, permissions, created, updated)"
                        + " values (?, ?, ?, ?, ?, ?, ?) on conflict(id) do update set hash = excluded.hash,"
                        + " description = excluded.description, active = excluded.active,"
                        + " permissions = excluded.permissions, updated = excluded.updated",
                authorization.id(),
                authorization.hash(),
                authorization.description(),
                authorization.active() ? 1 : 0,
                text(authorization.permissions()),
                authorization.createdAt().toString(),
                authorization.updatedAt().toString()));
    }

    void delete(Authorization authorization) {
        change(connection -> update(connection, "delete from authorization where id = ?", authorization.id()));
    }

    void putProgress(String name, Instant until) {
        change(connection -> update(
                connection,
                "insert into progress(name, until) values (?, ?) on conflict(name) do update set until = excluded.until",
                name,
                until.toString()));
    }

    private record Progress(String name, Instant until) {}

    private <T> List<T> all(String select, Row<T> as) {
        List<T> found = new ArrayList<>();
        try (Connection connection = database.openReader();
                PreparedStatement statement = connection.prepareStatement(select);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                found.add(as.read(row));
            }
        } catch (SQLException e) {
            throw database.failure("read", e);
        }
        return found;
    }

    private void change(Change change) {
        try (Connection connection = database.openWriter()) {
            change.apply(connection);
            connection.commit();
        } catch (SQLException e) {
            throw database.failure("write to", e);
        }
    }

    private static void update(Connection connection, String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.executeUpdate();
        }
    }

    private static Instant instant(ResultSet row, int column) throws SQLException {
        return Instant.parse(row.getString(column));
    }

    private static String text(List<Permission> permissions) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (Permission permission : permissions) {
            ObjectNode node = array.addObject();
            node.put("action", permission.action().text());
            node.put("type", permission.resource().type());
            permission.resource().id().ifPresent(id -> node.put("id", id));
            permission.resource().orgId().ifPresent(id -> node.put("orgId", id));
        }
        return array.toString();
    }

    private List<Permission> permissions(String text) {
        List<Permission> permissions = new ArrayList<>();
        try {
            for (JsonNode node : json.readTree(text)) {
                permissions.add(new Permission(
                        Action.of(node.path("action").asText()).orElseThrow(),
                        new Resource(
                                node.path("type").asText(),
                                Optional.ofNullable(node.path("id").textValue()),
                                Optional.ofNullable(node.path("orgId").textValue()))));
            }
        } catch (JsonProcessingException e) {
            throw new StoreException(
                    "database " + database.file() + " holds permissions that can't be read: restore it from a backup",
                    e);
        }
        return permissions;
    }
}
