package io.fogwhisk.lean.runtime;

import io.fogwhisk.wsk.model.WhiskAction;
import java.nio.file.Path;
import java.util.List;

/**
 * How the code of one kind is run by a child process.
 *
 * <p>A child runs a runner: a program of ours in the language of the action. It connects to the Unix domain socket whose
 * path is in the environment variable {@code FOGWHISK_SOCKET}, and then answers one request after the other, each a line:
 *
 * <pre>
 * to the child     init {"name","main","code","binary","env":{}}   code is source text; or, with binary true, the path
 *                                                                 of the file or folder that was made of the archive
 *                  run {"value":...,"env":{"__OW_...":"..."}}
 * from the child   200 &lt;JSON&gt;    init: anything; run: what the code returned
 *                  502 {"error":"..."}   the code could not be loaded, threw, or returned what is not JSON
 * </pre>
 *
 * Everything that the code wrote to its standard output and error before the answer has reached those pipes before the
 * answer is sent. When the socket ends, the child exits.
 */
interface Language {

    /** What {@code GET /} says of it. */
    RuntimeKind kind();

    /**
     * The command that starts a runner.
     *
     * @param action whose memory limit bounds the language's own heap
     * @param folder the child's private working directory
     */
    List<String> command(WhiskAction action, Path folder);

    /**
     * Puts the code where the child can read it, with every path inside the child's folder and within the bounds for
     * archives. Source text is left as it is, and base64 is taken for an archive.
     *
     * @param code source text, or base64 if {@code action}'s exec is binary
     * @param folder the child's private working directory
     * @return the JSON value {@code code} of the init request: source text, or a path
     * @throws RuntimeException if the archive is not one; the message is for the developer of the action
     */
    default String unpack(WhiskAction action, String code, Path folder) {
        if (!action.exec().binary()) {
            return code;
        }
        Path target = folder.resolve("action");
        ActionArchive.DEFAULT.unpack(code, target);
        return target.toString();
    }
}
