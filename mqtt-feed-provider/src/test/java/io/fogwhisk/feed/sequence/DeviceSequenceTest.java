package io.fogwhisk.feed.sequence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceSequenceTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "5 6 7          | IN_ORDER 1, IN_ORDER 1, IN_ORDER 1             | ''",
                "5 8            | IN_ORDER 1, GAP 2                              | 6-7",
                "5 8 7 6 6      | IN_ORDER 1, GAP 2, LATE 1, LATE 1, REPEATED 1  | ''",
                "5 10 8         | IN_ORDER 1, GAP 4, LATE 1                      | 6-7,9-9",
                "5 6 6 5        | IN_ORDER 1, IN_ORDER 1, REPEATED 1, REPEATED 1 | ''",
                "5 4 4 6        | IN_ORDER 1, IN_ORDER 1, REPEATED 1, IN_ORDER 1 | ''",
                "10 5 7         | IN_ORDER 1, GAP 4, LATE 1                      | 6-6,8-9",
                "2000 975 976   | IN_ORDER 1, RESTARTED 1, IN_ORDER 1            | ''",
                "1 2000 3000 5  | IN_ORDER 1, GAP 1998, GAP 999, LATE 1          | 2-4,6-1999,2001-2999",
                "5 3000 1 2     | IN_ORDER 1, GAP 2994, RESTARTED 1, IN_ORDER 1  | ''"
            })
    void tellsWhatANumberMeansAfterThoseBefore(String numbers, String findings, String holes) {
        DeviceSequence device = new DeviceSequence();

        String found = Arrays.stream(numbers.split(" "))
                .map(number -> device.next(Long.parseLong(number)))
                .map(finding -> finding.kind() + " " + finding.count())
                .collect(Collectors.joining(", "));

        assertThat(found).isEqualTo(findings);
        assertThat(device.holes()).isEqualTo(holes);
    }

    @Test
    void goesOnWhereItWasStored() {
        // Given
        DeviceSequence before = new DeviceSequence();
        List.of(1L, 5L, 9L).forEach(before::next);

        // When
        DeviceSequence after = new DeviceSequence(before.last(), before.holes(), false);

        // Then
        assertThat(after.next(7).kind()).isEqualTo(DeviceSequence.Kind.LATE);
        assertThat(after.next(12)).isEqualTo(new DeviceSequence.Finding(DeviceSequence.Kind.GAP, 2));
        assertThat(after.holes()).isEqualTo("2-4,6-6,8-8,10-11");
    }

    @Test
    void ofWhatCameBetweenTheLastStoreAndAKillNobodyKnows() {
        DeviceSequence device = new DeviceSequence(100, "", true);

        assertThat(device.next(100).kind()).isEqualTo(DeviceSequence.Kind.REPEATED);
        assertThat(device.next(141)).isEqualTo(new DeviceSequence.Finding(DeviceSequence.Kind.UNKNOWN, 40));
        assertThat(device.next(143)).isEqualTo(new DeviceSequence.Finding(DeviceSequence.Kind.GAP, 1));
    }

    @Test
    void countsWhatIsMissingHoweverTheRestIsMixed() {
        // Given: a third is lost, some come twice, and all within a window
        Random random = new Random(7);
        DeviceSequence device = new DeviceSequence();
        Set<Long> came = new HashSet<>();
        long missing = 0;
        long repeated = 0;
        long times = 0;

        // When
        device.next(0);
        came.add(0L);
        for (long base = 1; base < 20_000; base += 20) {
            for (int i = 0; i < 20; i++) {
                long number = base + random.nextInt(20);
                came.add(number);
                times++;
                DeviceSequence.Finding finding = device.next(number);
                missing += switch (finding.kind()) {
                    case GAP -> finding.count();
                    case LATE -> -1;
                    default -> 0;
                };
                repeated += finding.kind() == DeviceSequence.Kind.REPEATED ? 1 : 0;
            }
        }

        // Then
        assertThat(missing).isEqualTo(device.last() + 1 - came.size());
        assertThat(repeated).isEqualTo(times + 1 - came.size());
    }
}
