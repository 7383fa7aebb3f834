package io.fogwhisk.lean.runtime;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.fogwhisk.wsk.model.Exec;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The lines that a child behind a socket is sent. */
final class RequestLines {

    private RequestLines() {}

    /**
     * Asks to load code.
     *
     * @param code as the language has prepared it
     */
    static byte[] init(RunRequest request, String code) {
        Exec exec = request.action().exec();
        Optional<String> main = exec instanceof Exec.Code given ? given.main() : Optional.empty();
        StringBuilder line = new StringBuilder(code.length() + 512);
        line.append("init {\"name\":");
        quote(line, request.action().name().name());
        line.append(",\"main\":");
        quote(line, main.orElse("main"));
        line.append(",\"code\":");
        quote(line, code);
        line.append(",\"binary\":").append(exec.binary()).append(",\"env\":{");
        int start = line.length();
        request.env().forEach((name, value) -> member(line, start, name, value));
        meta(line, start, request);
        line.append("}}\n");
        return line.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Asks to run the code.
     *
     * @param deadline epoch milliseconds
     */
    static byte[] run(RunRequest request, long deadline) {
        StringBuilder line = new StringBuilder(request.input().length() + 512);
        line.append("run {\"value\":");
        appendOnOneLine(line, request.input());
        line.append(",\"env\":{");
        int start = line.length();
        meta(line, start, request);
        member(line, start, "__OW_DEADLINE", Long.toString(deadline));
        line.append("}}\n");
        return line.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void meta(StringBuilder line, int start, RunRequest request) {
        member(line, start, "__OW_NAMESPACE", request.namespace());
        member(line, start, "__OW_ACTION_NAME", request.action().name().toString());
        member(line, start, "__OW_ACTION_VERSION", request.action().version().toString());
        member(line, start, "__OW_ACTIVATION_ID", request.activationId().toString());
        member(line, start, "__OW_TRANSACTION_ID", request.transactionId());
        request.key().ifPresent(key -> member(line, start, "__OW_API_KEY", key.reveal()));
    }

    private static void member(StringBuilder line, int start, String name, String value) {
        if (line.length() > start) {
            line.append(',');
        }
        quote(line, name);
        line.append(':');
        quote(line, value);
    }

    private static void quote(StringBuilder line, CharSequence text) {
        line.append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, line);
        line.append('"');
    }

    /** Within a text of JSON a line break is written as an escape: what is left stands between values. */
    private static void appendOnOneLine(StringBuilder line, String json) {
        int from = line.length();
        line.append(json);
        if (json.indexOf('\n') >= 0) {
            for (int at = from; at < line.length(); at++) {
                if (line.charAt(at) == '\n') {
                    line.setCharAt(at, ' ');
                }
            }
        }
    }
}
