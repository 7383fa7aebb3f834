package io.fogwhisk.lean.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What a zip says of its entries as Unix files: kind and permissions. The JDK's own reader does not tell. Nothing that must
 * be right depends on it: an entry of which nothing is known becomes a plain file.
 */
final class UnixModes {

    private static final int END_SIGNATURE = 0x06054b50;
    private static final int END_LENGTH = 22;
    private static final int ENTRY_SIGNATURE = 0x02014b50;
    private static final int ENTRY_LENGTH = 46;
    private static final int MAX_COMMENT = 0xffff;
    private static final int UNIX = 3;
    private static final int KIND = 0170000;
    private static final int FILE = 0100000;
    private static final int FOLDER = 0040000;
    private static final int EXECUTABLE = 0111;

    private UnixModes() {}

    /** The modes by the entries' names, of those that have one. */
    static Map<String, Integer> read(Path zip) throws IOException {
        Map<String, Integer> modes = new HashMap<>();
        try (FileChannel channel = FileChannel.open(zip)) {
            ByteBuffer directory = directory(channel);
            while (directory.remaining() >= ENTRY_LENGTH) {
                int start = directory.position();
                int nameLength = Short.toUnsignedInt(directory.getShort(start + 28));
                int length = ENTRY_LENGTH
                        + nameLength
                        + Short.toUnsignedInt(directory.getShort(start + 30))
                        + Short.toUnsignedInt(directory.getShort(start + 32));
                if (directory.getInt(start) != ENTRY_SIGNATURE || directory.remaining() < length) {
                    break;
                }
                int madeBy = directory.get(start + 5);
                int mode = directory.getInt(start + 38) >>> 16;
                if (madeBy == UNIX && mode != 0) {
                    byte[] name = new byte[nameLength];
                    directory.get(start + ENTRY_LENGTH, name);
                    modes.put(new String(name, StandardCharsets.UTF_8), mode);
                }
                directory.position(start + length);
            }
        }
        return modes;
    }

    /** Whether it is neither a file nor a folder. */
    static boolean special(int mode) {
        int kind = mode & KIND;
        return kind != 0 && kind != FILE && kind != FOLDER;
    }

    /** Whether somebody may execute it. */
    static boolean executable(int mode) {
        return (mode & EXECUTABLE) != 0;
    }

    /** The central directory, mapped; empty if it is not found. */
    private static ByteBuffer directory(FileChannel channel) throws IOException {
        long size = channel.size();
        long tailStart = Math.max(0, size - END_LENGTH - MAX_COMMENT);
        ByteBuffer tail = map(channel, tailStart, size - tailStart);
        for (int at = tail.limit() - END_LENGTH; at >= 0; at--) {
            if (tail.getInt(at) == END_SIGNATURE) {
                long length = Integer.toUnsignedLong(tail.getInt(at + 12));
                long end = tailStart + at;
                return length <= end ? map(channel, end - length, length) : map(channel, 0, 0);
            }
        }
        return map(channel, 0, 0);
    }

    private static ByteBuffer map(FileChannel channel, long from, long length) throws IOException {
        return channel.map(FileChannel.MapMode.READ_ONLY, from, length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
