package io.fogwhisk.lean.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/** The API's description of itself, for people and for tools that read OpenAPI. */
final class ApiDescription {

    private static final List<Route> ROUTES = List.of(
            route("GET", "/namespaces", "The namespace of the key"),
            route("GET", "/namespaces/{namespace}/limits", "What the namespace may do"),
            route("GET", "/namespaces/{namespace}/actions", "List actions", "limit", "skip", "count"),
            route("GET", "/namespaces/{namespace}/actions/{name}", "Get an action", "code"),
            route("PUT", "/namespaces/{namespace}/actions/{name}", "Create or update an action", "overwrite"),
            route(
                    "POST",
                    "/namespaces/{namespace}/actions/{name}",
                    "Invoke an action",
                    "blocking",
                    "result",
                    "timeout"),
            route("DELETE", "/namespaces/{namespace}/actions/{name}", "Delete an action"),
            route("GET", "/namespaces/{namespace}/actions/{package}/", "List a package's actions", "limit", "skip"),
            route("GET", "/namespaces/{namespace}/actions/{package}/{name}", "Get a package's action", "code"),
            route("PUT", "/namespaces/{namespace}/actions/{package}/{name}", "Create or update it", "overwrite"),
            route("POST", "/namespaces/{namespace}/actions/{package}/{name}", "Invoke it", "blocking", "result"),
            route("DELETE", "/namespaces/{namespace}/actions/{package}/{name}", "Delete it"),
            route("GET", "/namespaces/{namespace}/packages", "List packages", "limit", "skip", "count"),
            route("GET", "/namespaces/{namespace}/packages/{name}", "Get a package"),
            route("PUT", "/namespaces/{namespace}/packages/{name}", "Create, update or bind a package", "overwrite"),
            route("DELETE", "/namespaces/{namespace}/packages/{name}", "Delete a package", "force"),
            route("GET", "/namespaces/{namespace}/triggers", "List triggers", "limit", "skip", "count"),
            route("GET", "/namespaces/{namespace}/triggers/{name}", "Get a trigger"),
            route("PUT", "/namespaces/{namespace}/triggers/{name}", "Create or update a trigger", "overwrite"),
            route("POST", "/namespaces/{namespace}/triggers/{name}", "Fire a trigger"),
            route("DELETE", "/namespaces/{namespace}/triggers/{name}", "Delete a trigger"),
            route("GET", "/namespaces/{namespace}/rules", "List rules", "limit", "skip", "count"),
            route("GET", "/namespaces/{namespace}/rules/{name}", "Get a rule"),
            route("PUT", "/namespaces/{namespace}/rules/{name}", "Create or update a rule", "overwrite"),
            route("POST", "/namespaces/{namespace}/rules/{name}", "Enable or disable a rule"),
            route("DELETE", "/namespaces/{namespace}/rules/{name}", "Delete a rule"),
            route(
                    "GET",
                    "/namespaces/{namespace}/activations",
                    "List activations",
                    "limit",
                    "skip",
                    "count",
                    "name",
                    "since",
                    "upto",
                    "docs",
                    "status"),
            route("GET", "/namespaces/{namespace}/activations/{id}", "Get an activation"),
            route("GET", "/namespaces/{namespace}/activations/{id}/logs", "Get the logs of an activation"),
            route("GET", "/namespaces/{namespace}/activations/{id}/result", "Get the result of an activation"),
            route("GET", "/web/{namespace}/{package}/{name}", "Call a web action with any verb"));

    private ApiDescription() {}

    private record Route(String method, String path, String summary, List<String> query) {}

    static ObjectNode openApi() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("openapi", "3.0.3");
        json.putObject("info").put("title", "OpenWhisk REST API").put("version", "1.0.0");
        json.putArray("servers").addObject().put("url", "/api/v1");
        json.withObject("/components/securitySchemes/basicAuth")
                .put("type", "http")
                .put("scheme", "basic");
        json.putArray("security").addObject().putArray("basicAuth");
        ObjectNode paths = json.putObject("paths");
        for (Route route : ROUTES) {
            ObjectNode path =
                    paths.has(route.path()) ? (ObjectNode) paths.get(route.path()) : paths.putObject(route.path());
            ObjectNode operation = path.putObject(route.method().toLowerCase(Locale.ROOT));
            operation.put("summary", route.summary());
            ArrayNode parameters = operation.putArray("parameters");
            for (String segment : route.path().split("/", -1)) {
                if (segment.startsWith("{")) {
                    parameter(parameters, segment.substring(1, segment.length() - 1), "path", true);
                }
            }
            route.query().forEach(name -> parameter(parameters, name, "query", false));
            operation.putObject("responses").putObject("default").put("description", "JSON");
        }
        return json;
    }

    static String page() {
        StringBuilder page = new StringBuilder(8_192);
        page.append("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>OpenWhisk REST API</title>")
                .append("<h1>OpenWhisk REST API</h1><p>Below <code>/api/v1</code>; ")
                .append("<a href=\"/api/v1/api-docs\">as OpenAPI</a>.</p><table>");
        for (Route route : ROUTES) {
            page.append("<tr><td>").append(route.method()).append("<td><code>").append(route.path());
            page.append("</code><td>").append(route.summary());
            page.append("<td>").append(String.join(", ", route.query()));
        }
        return page.append("</table></html>").toString();
    }

    private static void parameter(ArrayNode into, String name, String in, boolean required) {
        into.addObject()
                .put("name", name)
                .put("in", in)
                .put("required", required)
                .putObject("schema")
                .put("type", "string");
    }

    private static Route route(String method, String path, String summary, String... query) {
        return new Route(method, path, summary, List.of(query));
    }
}
