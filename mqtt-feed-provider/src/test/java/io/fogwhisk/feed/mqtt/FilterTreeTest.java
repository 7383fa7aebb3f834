package io.fogwhisk.feed.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.feed.registry.TopicFilter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FilterTreeTest {

    @Test
    void agreesWithAskingEveryFilterOfEveryOther() {
        Random random = new Random(5);
        for (int round = 0; round < 500; round++) {
            Map<TopicFilter, Integer> all = new HashMap<>();
            IntStream.range(0, 1 + random.nextInt(12))
                    .forEach(i -> all.put(TopicFilter.parse(filter(random)), random.nextInt(3)));

            assertThat(FilterTree.fewest(all)).as(all.toString()).isEqualTo(slowly(all));
        }
    }

    private static Map<TopicFilter, Integer> slowly(Map<TopicFilter, Integer> all) {
        return all.keySet().stream()
                .filter(filter ->
                        all.keySet().stream().noneMatch(other -> !other.equals(filter) && other.covers(filter)))
                .collect(Collectors.toMap(
                        filter -> filter,
                        filter -> all.entrySet().stream()
                                .filter(other -> filter.covers(other.getKey()))
                                .mapToInt(Map.Entry::getValue)
                                .max()
                                .orElseThrow()));
    }

    private static String filter(Random random) {
        List<String> levels = List.of("a", "b", "+", "", "$sys");
        String text = IntStream.range(0, 1 + random.nextInt(3))
                .mapToObj(i -> levels.get(random.nextInt(levels.size())))
                .collect(Collectors.joining("/"));
        String all = random.nextInt(3) == 0 ? text + "/#" : text;
        return all.isEmpty() ? "#" : all;
    }
}
