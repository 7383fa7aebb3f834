package io.fogwhisk.lean.system;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/** How a JSON value behaves in JavaScript, the language that the contracts of these actions come from. */
final class ScriptValue {

    private ScriptValue() {}

    /** Whether it counts as true: not if it is absent, null, false, zero or an empty string. */
    static boolean truthy(JsonNode value) {
        if (value.isTextual()) {
            return !value.textValue().isEmpty();
        }
        if (value.isNumber()) {
            return value.decimalValue().signum() != 0;
        }
        return value.isContainerNode() || value.asBoolean(false);
    }

    /** The text it becomes in a string. */
    static String text(JsonNode value) {
        if (value.isMissingNode()) {
            return "undefined";
        }
        if (value.isArray()) {
            return join(value, ",");
        }
        if (value.isObject()) {
            return "[object Object]";
        }
        if (value.isNumber()) {
            BigDecimal number = value.decimalValue();
            return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
        }
        return value.asText();
    }

    /** The texts of an array's elements with something between; null becomes nothing. */
    static String join(JsonNode array, String between) {
        List<String> texts = new ArrayList<>(array.size());
        array.forEach(element -> texts.add(element.isNull() ? "" : text(element)));
        return String.join(between, texts);
    }

    /** Where a slice of something ends that was asked to have {@code count} elements; a negative count leaves some out. */
    static int end(JsonNode count, int length) {
        BigDecimal number;
        try {
            number = new BigDecimal(text(count).strip());
        } catch (NumberFormatException e) {
            return 0;
        }
        BigDecimal whole = number.setScale(0, RoundingMode.DOWN);
        BigDecimal end = whole.signum() < 0 ? whole.add(BigDecimal.valueOf(length)) : whole;
        return end.max(BigDecimal.ZERO).min(BigDecimal.valueOf(length)).intValue();
    }
}
