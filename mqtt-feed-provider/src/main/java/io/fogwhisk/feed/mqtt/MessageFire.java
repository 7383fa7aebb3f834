package io.fogwhisk.feed.mqtt;

import io.fogwhisk.feed.mqtt.Routes.Route;
import io.fogwhisk.feed.registry.Feed;
import io.fogwhisk.feed.registry.FeedStatus;
import io.fogwhisk.feed.trigger.Fire;
import io.fogwhisk.wsk.Outcome;
import io.fogwhisk.wsk.model.JsonObject;
import java.util.concurrent.CompletionStage;

/** The fire of one trigger for one message. */
final class MessageFire implements Fire {

    private final Delivery delivery;
    private final Deliverer deliverer;
    private final Route route;
    private final JsonObject payload;

    MessageFire(Delivery delivery, Deliverer deliverer, Route route, JsonObject payload) {
        this.delivery = delivery;
        this.deliverer = deliverer;
        this.route = route;
        this.payload = payload;
    }

    @Override
    public Feed feed() {
        return route.feed();
    }

    @Override
    public FeedStatus status() {
        return route.status();
    }

    @Override
    public JsonObject payload() {
        return payload;
    }

    @Override
    public boolean wanted() {
        return !delivery.message().superseded() && deliverer.exists(route.feed());
    }

    @Override
    public void accepted() {
        deliverer.settle(delivery);
    }

    @Override
    public CompletionStage<Boolean> rejected(Outcome.Rejected reason) {
        return deliverer.refuse(delivery, route, reason);
    }

    @Override
    public void abandoned() {
        deliverer.settle(delivery);
    }
}
