package io.fogwhisk.feed.mqtt;

import com.hivemq.client.mqtt.mqtt5.message.subscribe.suback.Mqtt5SubAckReasonCode;
import io.fogwhisk.feed.registry.TopicFilter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads a broker's answer to a subscribe packet. */
final class Refusals {

    /** From here on a code is a refusal (MQTT 5.0, 3.9.3; MQTT 3.1.1 has this one alone). */
    private static final int FIRST = 0x80;

    private Refusals() {}

    /**
     * The filters that were refused, and why.
     *
     * @param codes of the answer, one per filter
     */
    static Map<TopicFilter, String> of(List<TopicFilter> filters, List<Integer> codes) {
        Map<TopicFilter, String> refused = new HashMap<>();
        for (int i = 0; i < filters.size(); i++) {
            int code = codes.get(i);
            if (code >= FIRST) {
                Mqtt5SubAckReasonCode reason = Mqtt5SubAckReasonCode.fromCode(code);
                refused.put(
                        filters.get(i),
                        "the broker refused the subscription: "
                                + (reason == null ? "0x" + Integer.toHexString(code) : reason.toString()));
            }
        }
        return refused;
    }
}
