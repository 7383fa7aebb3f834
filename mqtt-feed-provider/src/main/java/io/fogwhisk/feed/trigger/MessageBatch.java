package io.fogwhisk.feed.trigger;

import java.util.List;

/** Writes the JSON object that several messages give their trigger: {@code {"messages":[…]}}. */
public final class MessageBatch {

    /** The bytes of an empty one. */
    public static final int FRAME = 15;

    private static final String HEAD = "{\"messages\":[";
    private static final String TAIL = "]}";

    private MessageBatch() {}

    /**
     * The object.
     *
     * @param messages as {@link MessagePayload} writes them
     */
    public static String of(List<String> messages) {
        int length = FRAME + messages.size();
        for (String message : messages) {
            length += message.length();
        }
        StringBuilder text = new StringBuilder(length).append(HEAD);
        for (String message : messages) {
            if (text.length() > HEAD.length()) {
                text.append(',');
            }
            text.append(message);
        }
        return text.append(TAIL).toString();
    }
}
