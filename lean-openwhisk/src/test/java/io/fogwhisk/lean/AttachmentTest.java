package io.fogwhisk.lean;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.lean.store.CodeText;
import io.fogwhisk.lean.store.EntityStore;
import io.fogwhisk.wsk.model.ActionCode;
import io.fogwhisk.wsk.model.Exec;
import io.fogwhisk.wsk.model.Limits;
import io.fogwhisk.wsk.model.QualifiedName;
import io.fogwhisk.wsk.model.SemVer;
import io.fogwhisk.wsk.model.WhiskAction;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Long code is kept once, apart from its actions, for as long as one refers to it. */
class AttachmentTest {

    private static final String LONG = "0123456789äöü\uD83D\uDE00".repeat(20_000);

    @TempDir
    Path folder;

    private EntityStore store;

    @BeforeEach
    void start() {
        store = open();
    }

    @AfterEach
    void stop() {
        store.close();
    }

    @Test
    void keepsLongCodeOnceAndOverARestart() throws Exception {
        // Given
        put("a", LONG);
        put("b", LONG);
        long pieces = pieces();
        store.close();
        // When
        store = open();
        // Then
        assertThat(store.code(action("a"))).isEqualTo(LONG);
        assertThat(action("b").exec())
                .isInstanceOfSatisfying(
                        Exec.Code.class, exec -> assertThat(exec.code()).isInstanceOf(ActionCode.Attachment.class));
        assertThat(pieces).isEqualTo(pieces()).isEqualTo(LONG.length() / 65_536 + 1);
    }

    @Test
    void removesCodeWithItsLastAction() throws Exception {
        // Given
        put("a", LONG);
        put("b", LONG);
        // When
        put("a", "short");
        long afterUpdate = pieces();
        store.change(change -> {
            change.delete(action("b"));
            return true;
        });
        // Then
        assertThat(afterUpdate).isPositive();
        assertThat(pieces()).isZero();
        assertThat(store.code(action("a"))).isEqualTo("short");
    }

    @Test
    void keepsCodeThatIsPutAgain() throws Exception {
        // Given
        put("a", LONG);
        // When
        put("a", LONG);
        // Then
        assertThat(store.code(action("a"))).isEqualTo(LONG);
        assertThat(pieces()).isPositive();
    }

    @ParameterizedTest
    @CsvSource({
        "YWJj, true",
        "YWI=, true",
        "YQ==, true",
        "' YQ==\n', true",
        "YQ=, false",
        "YQ===, false",
        "Y=Jj, false",
        "'YW Jj', false",
        "'', false",
        "====, false",
        "function(), false"
    })
    void tellsBase64FromSource(String text, boolean base64) {
        assertThat(CodeText.of(text).base64()).isEqualTo(base64);
    }

    private void put(String name, String code) {
        store.change(change -> {
            CodeText text = CodeText.of(code);
            change.put(new WhiskAction(
                    QualifiedName.of("guest", name),
                    SemVer.FIRST,
                    false,
                    List.of(),
                    1,
                    List.of(),
                    new Exec.Code("nodejs:20", change.attach(text), text.base64(), Optional.empty()),
                    Limits.DEFAULT));
            return true;
        });
    }

    private WhiskAction action(String name) {
        return store.require(WhiskAction.class, "guest", name);
    }

    private EntityStore open() {
        EntityStore opened = new EntityStore("test", folder.resolve("whisk.db"), Duration.ZERO);
        opened.start();
        return opened;
    }

    private long pieces() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("whisk.db"));
                ResultSet row = connection.createStatement().executeQuery("select count(*) from attachment")) {
            row.next();
            return row.getLong(1);
        }
    }
}
