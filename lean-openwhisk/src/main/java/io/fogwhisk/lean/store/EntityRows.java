package io.fogwhisk.lean.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.fogwhisk.base.store.StoreException;
import io.fogwhisk.wsk.model.JsonObject;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.WhiskAction;
import io.fogwhisk.wsk.model.WhiskEntity;
import io.fogwhisk.wsk.model.WhiskPackage;
import io.fogwhisk.wsk.model.WhiskRule;
import io.fogwhisk.wsk.model.WhiskTrigger;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Entities in {@code whisk.db}: a row each, with its JSON as {@code PUT} answers it. */
final class EntityRows {

    /** The table, for the list of migrations. */
    static final String TABLE = """
            create table entity(
                path text not null, name text not null, collection text not null, doc text not null,
                primary key(path, name)) without rowid
            """;

    /** Marks those that came from a catalogue; for the list of migrations. */
    static final String FOLLOWED_COLUMN = "alter table entity add column followed integer not null default 0";

    private EntityRows() {}

    /**
     * Makes a change.
     *
     * @param following whether what it puts is followed
     */
    static void write(Connection connection, EntityChange change, boolean following) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from entity where path=? and name=?");
                PreparedStatement put = connection.prepareStatement(
                        "insert or replace into entity(path, name, collection, doc, followed) values(?,?,?,?,?)")) {
            for (QualifiedName gone : change.deleted()) {
                delete.setString(1, gone.path());
                delete.setString(2, gone.name());
                delete.executeUpdate();
            }
            for (WhiskEntity entity : change.put()) {
                put.setString(1, entity.name().path());
                put.setString(2, entity.name().name());
                put.setString(3, entity.type() + "s");
                put.setString(4, entity.toJson().toString());
                put.setBoolean(5, following);
                put.executeUpdate();
            }
        }
    }

    /**
     * Reads a row.
     *
     * @param file for the message
     * @throws StoreException if it holds no entity
     */
    static WhiskEntity read(Path file, String collection, String doc) {
        try {
            JsonNode json = JsonObject.readTree(doc);
            return switch (collection) {
                case "actions" -> WhiskAction.fromJson(json);
                case "packages" -> WhiskPackage.fromJson(json);
                case "triggers" -> WhiskTrigger.fromJson(json);
                case "rules" -> WhiskRule.fromJson(json);
                default ->
                    throw new StoreException(
                            "database " + file + " holds an entity of the unknown collection '" + collection + "'");
            };
        } catch (IllegalArgumentException e) {
            throw new StoreException("database " + file + " holds an entity that cannot be read: " + e.getMessage(), e);
        }
    }
}
