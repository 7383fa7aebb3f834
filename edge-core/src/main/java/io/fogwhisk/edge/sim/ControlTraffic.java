package io.fogwhisk.edge.sim;

/** Counts control messages and their bytes. */
final class ControlTraffic {

    /** What gRPC puts before each message. */
    private static final int FRAME = 5;
    /** An announcement is answered with an empty message. */
    private static final int ANNOUNCEMENT_ANSWER = FRAME;
    /** A command is answered with the text OK. */
    private static final int COMMAND_ANSWER = FRAME + 4;

    private final int routers;
    private final int computers;
    private boolean counting;
    private long routerAnnouncements;
    private long routerAnnouncementBytes;
    private long computerAnnouncements;
    private long computerAnnouncementBytes;
    private long commands;
    private long commandBytes;
    private long installs;
    private long installBytes;

    ControlTraffic(int routers, int computers) {
        this.routers = routers;
        this.computers = computers;
    }

    /** From now until further notice. */
    void count(boolean now) {
        counting = now;
    }

    void announcement(int node, int bytes) {
        if (!counting) {
            return;
        }
        if (node < routers) {
            routerAnnouncements++;
            routerAnnouncementBytes += FRAME + bytes + ANNOUNCEMENT_ANSWER;
        } else {
            computerAnnouncements++;
            computerAnnouncementBytes += FRAME + bytes + ANNOUNCEMENT_ANSWER;
        }
    }

    void command(int bytes) {
        if (counting) {
            commands++;
            commandBytes += FRAME + bytes + COMMAND_ANSWER;
        }
    }

    void install(int bytes) {
        installs++;
        installBytes += FRAME + bytes + COMMAND_ANSWER;
    }

    SimReport.Control report(double seconds, double entriesPerRouter, int mostEntries) {
        long announcements = routerAnnouncements + computerAnnouncements;
        long bytes = routerAnnouncementBytes + computerAnnouncementBytes + commandBytes;
        return new SimReport.Control(
                (announcements + commands) / seconds,
                bytes / seconds,
                announcements / seconds,
                (routerAnnouncements + commands) / seconds / routers,
                (routerAnnouncementBytes + commandBytes) / seconds / routers,
                computerAnnouncements / seconds / computers,
                computerAnnouncementBytes / seconds / computers,
                installs,
                installBytes,
                entriesPerRouter,
                mostEntries);
    }
}
