package io.fogwhisk.feed.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.feed.inbox.InboxGroup.Leaving;
import io.fogwhisk.wsk.model.QualifiedName;
import org.junit.jupiter.api.Test;

class LeavingTest {

    private final Backlog gone =
            new Backlog(1, QualifiedName.of("guest", "gone"), new Shares(10, 10).join("guest"), new Backlog.Memory());

    @Test
    void whatIsUrgentGoesAtOnceUnlessTheDiskRefusedIt() {
        // Given
        Leaving urgent = new Leaving();
        urgent.forget(gone);
        assertThat(urgent.waitMillis(false)).isZero();

        // When
        Leaving again = new Leaving();
        again.addAll(urgent);

        // Then
        assertThat(again.isEmpty()).isFalse();
        assertThat(again.waitMillis(true)).isPositive();
    }
}
