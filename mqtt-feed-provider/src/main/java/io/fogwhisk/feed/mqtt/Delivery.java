package io.fogwhisk.feed.mqtt;

import io.fogwhisk.feed.delivery.PendingMessage;
import io.fogwhisk.feed.mqtt.Routes.Route;
import io.fogwhisk.feed.trigger.Message;
import java.util.concurrent.atomic.AtomicInteger;

/** A message and how many of the feeds it is for are not settled yet. Thread-safe. */
final class Delivery {

    private final MqttMessage source;
    private final Message message;
    private final int weight;
    private final AtomicInteger open;

    /**
     * A message on its way.
     *
     * @param weight what it takes of the room for what is under way
     */
    Delivery(MqttMessage source, Message message, int weight, int feeds) {
        this.source = source;
        this.message = message;
        this.weight = weight;
        open = new AtomicInteger(feeds);
    }

    MqttMessage source() {
        return source;
    }

    Message message() {
        return message;
    }

    int weight() {
        return weight;
    }

    /** Settles one feed; true if it was the last. */
    boolean settle() {
        return open.decrementAndGet() == 0;
    }

    /** The message on its way to one feed's trigger, acknowledged only after that. */
    PendingMessage to(Route route, Deliverer deliverer) {
        return new Part(route, deliverer);
    }

    private final class Part implements PendingMessage {
        private final Route route;
        private final Deliverer deliverer;

        Part(Route route, Deliverer deliverer) {
            this.route = route;
            this.deliverer = deliverer;
        }

        @Override
        public Message message() {
            return message;
        }

        @Override
        public boolean wanted() {
            return !source.superseded() && deliverer.exists(route.feed());
        }

        @Override
        public boolean keepsUntilActive() {
            return false;
        }

        @Override
        public void settled() {
            deliverer.settle(Delivery.this, route);
        }

        @Override
        public void givenUp() {
            deliverer.settle(Delivery.this, route);
        }
    }
}
