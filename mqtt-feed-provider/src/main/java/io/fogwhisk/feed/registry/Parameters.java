package io.fogwhisk.feed.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.feed.FeedException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the parameters of a feed. Users give them on a command line, so that a number or a flag may also come as the
 * text of one.
 */
final class Parameters {

    private final ObjectNode json;

    Parameters(ObjectNode json) {
        this.json = json;
    }

    boolean has(String key) {
        JsonNode value = json.path(key);
        return !value.isMissingNode() && !value.isNull();
    }

    JsonNode get(String key) {
        return json.path(key);
    }

    String text(String key, String whenAbsent) {
        if (!has(key)) {
            return whenAbsent;
        }
        if (!get(key).isValueNode()) {
            throw new FeedException(key + " must be a text, was " + get(key));
        }
        return get(key).asText();
    }

    /** A text, several with commas between them, or a list of texts. */
    List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        if (get(key).isArray()) {
            get(key).forEach(each -> texts.add(each.asText()));
        } else {
            for (String each : text(key, "").split(",", -1)) {
                if (!each.isBlank()) {
                    texts.add(each.strip());
                }
            }
        }
        return texts;
    }

    long number(String key, long whenAbsent, long least, long most) {
        if (!has(key)) {
            return whenAbsent;
        }
        JsonNode value = get(key);
        long number;
        try {
            number = value.isIntegralNumber() && value.canConvertToLong()
                    ? value.longValue()
                    : Long.parseLong(value.asText().strip());
        } catch (NumberFormatException e) {
            throw new FeedException(key + " must be a whole number, was " + value, e);
        }
        if (number < least || number > most) {
            throw new FeedException(key + " must be " + least + " to " + most + ", was " + number);
        }
        return number;
    }

    boolean flag(String key) {
        String text = text(key, "false");
        if (!text.equals("true") && !text.equals("false")) {
            throw new FeedException(key + " must be true or false, was '" + text + "'");
        }
        return text.equals("true");
    }
}
