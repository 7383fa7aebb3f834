package io.fogwhisk.lean.follow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fogwhisk.lean.follow.CatalogException.Reason;
import io.fogwhisk.wsk.catalog.CatalogDocument;
import io.fogwhisk.wsk.catalog.CatalogDocument.Attachment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gets the attachments of documents, some ahead, and gives the documents in their order. What is ahead is bounded in
 * number and in bytes. Used by one thread.
 */
final class Downloads implements AutoCloseable {

    private static final int MAX_AHEAD = 8;
    private static final long MAX_BYTES_AHEAD = 32L << 20;

    private final CatalogClient client;
    private final String database;
    private final List<Row> rows;
    private final Deque<Download> ahead = new ArrayDeque<>();
    private int next;
    private long bytesAhead;

    /**
     * Nothing is asked for yet.
     *
     * @param rows with their documents, unless they are gone or have a fault
     */
    Downloads(CatalogClient client, String database, List<Row> rows) {
        this.client = client;
        this.database = database;
        this.rows = rows;
    }

    /**
     * A document with its attachments.
     *
     * @param row what the catalogue said; may have got a fault
     * @param document empty if it is gone or can't be had
     * @param complete whether all of its attachments are there
     * @param bytes about how much memory it takes
     */
    record Loaded(Row row, Optional<CatalogDocument> document, boolean complete, long bytes) {

        /** A document that is gone, or can't be had. */
        static Loaded without(Row row) {
            return new Loaded(row, Optional.empty(), true, 0);
        }
    }

    private record Download(Row row, Map<String, Stub> stubs, Map<String, CatalogRequest> requests, long bytes) {}

    private record Stub(String type, long length) {}

    /** Whether there are more. */
    boolean hasNext() {
        return next < rows.size() || !ahead.isEmpty();
    }

    /**
     * The next document.
     *
     * @throws CatalogException if the catalogue does not answer
     */
    Loaded next() throws InterruptedException {
        askAhead();
        Download download = ahead.remove();
        Row row = download.row();
        bytesAhead -= download.bytes();
        if (row.document().isEmpty() || row.fault().isPresent()) {
            return Loaded.without(row);
        }
        Map<String, Attachment> attachments = new HashMap<>();
        try {
            for (Map.Entry<String, CatalogRequest> each : download.requests().entrySet()) {
                Stub stub = download.stubs().get(each.getKey());
                String type = stub == null ? "" : stub.type();
                try {
                    attachments.put(each.getKey(), new Attachment(type, client.bytes(each.getValue())));
                } catch (CatalogException e) {
                    if (e.reason() == Reason.UNREADABLE) {
                        return Loaded.without(row.with(String.valueOf(e.getMessage())));
                    }
                    // Gone with a later revision, which comes, or never there: the document's reader says so.
                    if (e.reason() != Reason.MISSING) {
                        throw e;
                    }
                }
            }
        } finally {
            download.requests().values().forEach(CatalogRequest::cancel);
        }
        ObjectNode body = row.document().get().deepCopy();
        List<String> own = new ArrayList<>();
        body.fieldNames().forEachRemaining(own::add);
        own.stream().filter(name -> name.startsWith("_")).forEach(body::remove);
        long size = attachments.values().stream()
                .mapToLong(each -> each.bytes().length)
                .sum();
        boolean complete = attachments.size() == download.requests().size();
        return new Loaded(row, Optional.of(new CatalogDocument(body, attachments)), complete, size);
    }

    /** Gives up what was asked for. */
    @Override
    public void close() {
        ahead.forEach(download -> download.requests().values().forEach(CatalogRequest::cancel));
    }

    private void askAhead() {
        while (next < rows.size() && ahead.size() < MAX_AHEAD) {
            Row row = rows.get(next);
            Map<String, Stub> stubs = stubs(row);
            long bytes = stubs.values().stream().mapToLong(Stub::length).sum();
            if (!ahead.isEmpty() && bytesAhead + bytes > MAX_BYTES_AHEAD) {
                return;
            }
            next++;
            if (bytes > CatalogClient.MAX_DOCUMENT) {
                ahead.add(new Download(
                        row.with("its attachments have " + bytes + " bytes, more than " + CatalogClient.MAX_DOCUMENT),
                        Map.of(),
                        Map.of(),
                        0));
                continue;
            }
            Map<String, CatalogRequest> requests = new LinkedHashMap<>();
            stubs.keySet().forEach(name -> requests.put(name, client.attachment(database, row.id(), name)));
            ahead.add(new Download(row, stubs, requests, bytes));
            bytesAhead += bytes;
        }
    }

    private static Map<String, Stub> stubs(Row row) {
        Map<String, Stub> stubs = new LinkedHashMap<>();
        row.document().ifPresent(document -> {
            for (Map.Entry<String, JsonNode> each :
                    document.path("_attachments").properties()) {
                stubs.put(
                        each.getKey(),
                        new Stub(
                                each.getValue().path("content_type").asText("application/octet-stream"),
                                Math.max(0, each.getValue().path("length").asLong(0))));
            }
        });
        return stubs;
    }
}
