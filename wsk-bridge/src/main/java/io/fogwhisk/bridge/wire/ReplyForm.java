package io.fogwhisk.bridge.wire;

import java.util.Optional;

/** In which form the caller of an action wants the answer; travels as metadata of the lambda. */
public enum ReplyForm {
    /** An envelope as soon as the invocation is accepted. */
    ACCEPTED("accepted"),
    /** An envelope with the activation, once the action has ended. */
    COMPLETED("completed"),
    /** The text that the action returns in its field {@code payload}, once it has ended: for foreign callers. */
    PAYLOAD("payload");

    private final String text;
    private final Optional<String> wish;

    ReplyForm(String text) {
        this.text = text;
        this.wish = Optional.of(text);
    }

    /** The form as metadata. */
    public Optional<String> wish() {
        return wish;
    }

    /** Reads metadata; who says nothing, or what we do not know, gets the payload. */
    public static ReplyForm of(Optional<String> metadata) {
        if (metadata.isEmpty()) {
            return PAYLOAD;
        }
        String asked = metadata.get();
        return asked.equals(ACCEPTED.text) ? ACCEPTED : asked.equals(COMPLETED.text) ? COMPLETED : PAYLOAD;
    }
}
