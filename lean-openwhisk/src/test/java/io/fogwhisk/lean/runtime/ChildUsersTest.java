package io.fogwhisk.lean.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which user ids servers agree on. */
class ChildUsersTest {

    @TempDir
    Path folder;

    @Test
    void givesTwoServersDifferentIds() {
        try (ChildUsers one = new ChildUsers(folder, user -> {});
                ChildUsers two = new ChildUsers(folder, user -> {})) {
            assertThat(one.claim()).isEqualTo(ChildUsers.FIRST);
            assertThat(two.claim()).isEqualTo(ChildUsers.FIRST + 1);
        }
        assertThat(folder).isDirectoryNotContaining("glob:**/60*");
    }

    @Test
    void takesOverTheIdOfAServerThatIsGoneAndEndsWhatItHasLeft() throws Exception {
        List<Integer> evicted = new ArrayList<>();
        Files.writeString(folder.resolve(Integer.toString(ChildUsers.FIRST)), "999999999 2020-01-01T00:00:00Z");

        try (ChildUsers users = new ChildUsers(folder, evicted::add)) {
            assertThat(users.claim()).isEqualTo(ChildUsers.FIRST);
        }
        assertThat(evicted).containsExactly(ChildUsers.FIRST);
    }

    @Test
    void letsAnIdRestBeforeItIsUsedAgain() {
        try (ChildUsers users = new ChildUsers(folder, user -> {})) {
            int first = users.claim();
            users.release(first);

            assertThat(users.claim()).isNotEqualTo(first);
        }
    }
}
