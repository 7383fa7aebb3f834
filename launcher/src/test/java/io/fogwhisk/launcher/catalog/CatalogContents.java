package io.fogwhisk.launcher.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.launcher.TestHttp;
import io.fogwhisk.launcher.site.Ports;
import io.fogwhisk.wsk.model.AuthKey;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Iterator;
import java.util.Set;
import java.util.TreeSet;

/** What a namespace has at a site, as its REST API and its feed provider answer it. */
final class CatalogContents {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String[] COLLECTIONS = {"packages", "triggers", "rules", "actions"};

    private CatalogContents() {}

    /** Every entity, whole; without what tells how a site is doing, and lists whose order says nothing. */
    static Set<String> entities(Ports site, AuthKey key) throws IOException, InterruptedException {
        Set<String> all = new TreeSet<>();
        for (String collection : COLLECTIONS) {
            for (JsonNode each : ask(site, key, collection + "?limit=200")) {
                String path = each.path("namespace").asText();
                String pkg = path.contains("/") ? path.substring(path.indexOf('/') + 1) + "/" : "";
                JsonNode whole = ask(
                        site, key, collection + "/" + pkg + each.path("name").asText());
                if (whole instanceof ObjectNode entity) {
                    entity.remove(Set.of("actions", "feeds"));
                    Iterator<JsonNode> annotations =
                            entity.withArray("/annotations").elements();
                    while (annotations.hasNext()) {
                        if (annotations.next().path("key").asText().equals("feedState")) {
                            annotations.remove();
                        }
                    }
                }
                all.add(collection + " " + whole);
            }
        }
        return all;
    }

    /**
     * The triggers that have a feed. One that was made for a trigger that is not there counts for nothing: nothing can fire,
     * and whoever keeps it notices in his own time.
     */
    static Set<String> feeds(Ports site, AuthKey key) throws IOException, InterruptedException {
        Set<String> triggers = new TreeSet<>();
        for (JsonNode each : ask(site, key, "triggers?limit=200")) {
            triggers.add("/" + each.path("namespace").asText() + "/"
                    + each.path("name").asText());
        }
        Set<String> all = new TreeSet<>();
        String body = TestHttp.send("GET", "http://127.0.0.1:" + site.feeds() + "/feeds", "", "", "")
                .body();
        JsonNode feeds = JSON.readTree(body);
        for (JsonNode feed : feeds.isArray() ? feeds : feeds.path("feeds")) {
            all.add(feed.path("trigger").asText());
        }
        all.retainAll(triggers);
        return all;
    }

    private static JsonNode ask(Ports site, AuthKey key, String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = TestHttp.send(
                "GET",
                "http://127.0.0.1:" + site.openwhisk() + "/api/v1/namespaces/_/" + path,
                key.basicHeader(),
                "",
                "");
        return answer.statusCode() == 200 ? JSON.readTree(answer.body()) : JSON.missingNode();
    }
}
