package io.fogwhisk.launcher.broker;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the beginning of every packet (MQTT 5.0, 2.1) before the broker's library collects the rest of it, which
 * holds all of a packet in memory before it judges its size. Ends the connection of a client whose first packet is not a
 * CONNECT or does not come in time, that sends a second CONNECT (3.1.0-2), a packet of a reserved type (2.1.2) or a
 * PUBLISH of QoS 3 (3.3.1-4), and of one that announces a packet larger than it may be. The library ends some of these
 * itself, but not when another connection of the same client identifier is ending just then. Of one connection, and of its
 * network thread.
 */
final class PacketGuard extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(PacketGuard.class);
    private static final int RESERVED = 0;
    private static final int CONNECT = 1;
    private static final int PUBLISH = 3;
    private static final int QOS_BITS = 0b110;
    private static final int MAX_LENGTH_BYTES = 4;
    private static final int SEVEN_BITS = 7;
    // Of a CONNECT after its fixed header: two bytes of length, the name MQTT, the level.
    private static final int LEVEL_AT = 6;
    private static final int LEVEL_5 = 5;
    private static final byte DISCONNECT = (byte) 0xE0;
    // Reason codes of a DISCONNECT (3.14.2.1)
    private static final byte UNTOLD = 0;
    private static final byte MALFORMED_PACKET = (byte) 0x81;
    private static final byte PROTOCOL_ERROR = (byte) 0x82;
    private static final byte PACKET_TOO_LARGE = (byte) 0x95;

    private final int maxBytes;
    private final long connectMillis;
    private @Nullable Future<?> limit;
    private boolean first = true;
    private boolean ended;
    private int level;
    private int length;
    // How many bytes of the length were read; -1 before the packet's first byte.
    private int lengthBytes = -1;
    // What is left of the packet after its fixed header.
    private int left;

    /**
     * A guard of a new connection.
     *
     * @param maxBytes of a packet
     * @param connectMillis how long a client may take for its first packet
     */
    PacketGuard(int maxBytes, long connectMillis) {
        this.maxBytes = maxBytes;
        this.connectMillis = connectMillis;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        limit = context.executor()
                .schedule(() -> end(context, "no CONNECT in time", UNTOLD), connectMillis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        stopClock();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        stopClock();
        super.channelInactive(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (ended || (message instanceof ByteBuf bytes && !allowed(context, bytes))) {
            ReferenceCountUtil.release(message);
        } else {
            super.channelRead(context, message);
        }
    }

    private boolean allowed(ChannelHandlerContext context, ByteBuf bytes) {
        int at = bytes.readerIndex();
        while (at < bytes.writerIndex()) {
            if (left > 0) {
                at = skip(bytes, at);
            } else if (lengthBytes < 0) {
                if (!firstByte(context, bytes.getByte(at++) & 0xFF)) {
                    return false;
                }
                lengthBytes = 0;
                length = 0;
            } else if (!lengthByte(context, bytes.getByte(at++))) {
                return false;
            }
        }
        return true;
    }

    private boolean firstByte(ChannelHandlerContext context, int next) {
        int type = next >> 4;
        if (first && type != CONNECT) {
            end(context, "the first packet is not a CONNECT", UNTOLD);
        } else if (!first && type == CONNECT) {
            end(context, "a second CONNECT", PROTOCOL_ERROR);
        } else if (type == RESERVED) {
            end(context, "a packet of a reserved type", MALFORMED_PACKET);
        } else if (type == PUBLISH && (next & QOS_BITS) == QOS_BITS) {
            end(context, "a PUBLISH of QoS 3", MALFORMED_PACKET);
        }
        return !ended;
    }

    private int skip(ByteBuf bytes, int from) {
        int count = Math.min(left, bytes.writerIndex() - from);
        int levelAt = from + LEVEL_AT - (length - left);
        if (first && levelAt >= from && levelAt < from + count) {
            level = bytes.getByte(levelAt);
        }
        left -= count;
        if (left == 0) {
            packetEnds();
        }
        return from + count;
    }

    private boolean lengthByte(ChannelHandlerContext context, byte next) {
        length |= (next & 0x7F) << (SEVEN_BITS * lengthBytes);
        lengthBytes++;
        boolean more = (next & 0x80) != 0;
        if (more && lengthBytes == MAX_LENGTH_BYTES) {
            end(context, "the length of a packet is malformed", MALFORMED_PACKET);
            return false;
        }
        if (length > maxBytes) {
            end(context, "a packet is too large", PACKET_TOO_LARGE);
            return false;
        }
        if (!more) {
            left = length;
            if (left == 0) {
                packetEnds();
            }
        }
        return true;
    }

    private void packetEnds() {
        lengthBytes = -1;
        if (first) {
            first = false;
            stopClock();
        }
    }

    private void end(ChannelHandlerContext context, String why, byte reason) {
        if (ended) {
            return;
        }
        ended = true;
        stopClock();
        LOG.atWarn()
                .addKeyValue("client", context.channel().remoteAddress())
                .addKeyValue("error", why)
                .addKeyValue("bytes", reason == PACKET_TOO_LARGE ? length : 0)
                .log("client disconnected");
        boolean told = reason != UNTOLD && !first && level == LEVEL_5;
        // Past the library's encoder, which takes no bytes.
        context.writeAndFlush(told ? Unpooled.wrappedBuffer(new byte[] {DISCONNECT, 1, reason}) : Unpooled.EMPTY_BUFFER)
                .addListener(ChannelFutureListener.CLOSE);
    }

    private void stopClock() {
        Future<?> clock = limit;
        if (clock != null) {
            limit = null;
            clock.cancel(false);
        }
    }
}
