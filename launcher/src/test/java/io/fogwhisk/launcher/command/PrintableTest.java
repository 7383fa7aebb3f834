package io.fogwhisk.launcher.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrintableTest {

    @ParameterizedTest
    @CsvSource({
        "001b", "009b", "0000", "000a", "000d", "0009", "007f", "202e", "200b", "2028", "2029", "feff", "d800", "dc00"
    })
    void whatMovesACursorOrCannotBeSeenIsWrittenAsItsNumber(String number) {
        String text = "a" + (char) Integer.parseInt(number, 16) + "b";

        assertThat(Printable.of(text)).isEqualTo("a\\u" + number + "b");
    }

    @Test
    void wordsOfEveryLanguageStayAsTheyAre() {
        String text = "Zürich/温度/ثلاجة/\uD83C\uDF21 21.5 °C";

        assertThat(Printable.of(text)).isEqualTo(text);
    }

    @Test
    void jsonStaysTheSameJson() throws Exception {
        JsonNode json = new ObjectMapper()
                .createObjectNode()
                .put("topic", "a\u009b31m\u202e\n")
                .put("n", 1);

        String printed = Printable.of(json);

        assertThat(printed).contains("\n").doesNotContain("\u009b").doesNotContain("\u202e");
        assertThat(new ObjectMapper().readTree(printed)).isEqualTo(json);
    }
}
