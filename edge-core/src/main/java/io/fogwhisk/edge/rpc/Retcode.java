package io.fogwhisk.edge.rpc;

/** The words with which edge nodes tell how a lambda ended. Anything else but {@link #OK} says: the function failed. */
public final class Retcode {

    /** The lambda ran. */
    public static final String OK = "OK";

    /** The lambda passed through too many routers. */
    public static final String LOOP = "loop detected";

    /** No router entry for the lambda. */
    public static final String NO_DESTINATION = "No destinations found for the entry";

    /** Starts the retcode of a call that brought no answer; the cause follows. */
    public static final String RPC_FAILED = "RPC failed: ";

    /** Starts the retcode of a node that has too much to do; which one and how much follows. */
    public static final String FULL = "Too many lambdas in flight";

    /** In a retcode that starts with {@link #RPC_FAILED}: nothing was sent, so nothing was executed. */
    public static final String UNREACHABLE = " is unreachable: ";

    /** Starts the retcode of a computer that does not have the lambda. */
    public static final String NO_CONTAINER = "No container for lambda ";

    private Retcode() {}

    /** Whether the lambda was certainly not begun, so that another destination may be tried. */
    public static boolean saysNotExecuted(String retcode) {
        return retcode.startsWith(FULL)
                || retcode.startsWith(NO_CONTAINER)
                || retcode.equals(NO_DESTINATION)
                || (retcode.startsWith(RPC_FAILED) && retcode.contains(UNREACHABLE));
    }

    /** Whether the edge domain failed rather than the function: the same call may succeed later. */
    public static boolean saysUnavailable(String retcode) {
        return retcode.startsWith(RPC_FAILED)
                || retcode.startsWith(FULL)
                || retcode.equals(NO_DESTINATION)
                || retcode.equals(LOOP);
    }
}
