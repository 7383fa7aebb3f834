package io.fogwhisk.feed.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.feed.FakeOpenWhisk;
import io.fogwhisk.feed.FeedProviderConfig;
import io.fogwhisk.feed.ProviderFixture;
import io.fogwhisk.feed.ProviderFixture.Answer;
import io.fogwhisk.wsk.model.AuthKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Providers that share the schedule of a database, and their alarms. */
final class SharedProviders {

    private SharedProviders() {}

    static ProviderFixture start(String name, Path folder, String url, FakeOpenWhisk target) {
        AlarmSettings.Cluster cluster = new AlarmSettings.Cluster(url, "postgres", "", Duration.ofMillis(500));
        return ProviderFixture.start(
                FeedProviderConfig.defaults(name, 0, folder.resolve(name))
                        .with(new AlarmSettings(false, 0, false, Optional.of(cluster))),
                target);
    }

    static void alarm(ProviderFixture provider, String trigger, Map<String, ?> params) {
        Map<String, Object> body = new HashMap<>(params);
        body.put("triggerName", "/_/" + trigger);
        body.put("authKey", AuthKey.GUEST.reveal());
        Answer answer = provider.post("/alarm", body);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    }
}
