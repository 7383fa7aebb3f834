package io.fogwhisk.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;

/** A database at the centre that is away until it is opened, and counts the points that it has. */
interface Centre extends AutoCloseable {

    /** Where it will be. */
    String url();

    /** The right to write to it; empty if it asks for none. */
    String token();

    /** Starts it; returns when it listens. */
    void open();

    /** Its process. */
    Process process();

    /** How many aggregates it says to have, of all series, from one moment on and before another. */
    long stored(Instant from, Instant to);

    @Override
    void close();

    /** A port that is free now. */
    static int freePort() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new BenchException("there is no free port: " + e.getMessage(), e);
        }
    }

    /** The answer to a question; anything but 200 fails. */
    static String answer(HttpClient http, HttpRequest.Builder request) {
        HttpRequest question = request.timeout(Duration.ofMinutes(5)).build();
        try {
            HttpResponse<String> answer = http.send(question, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new BenchException("the centre answered " + answer.statusCode() + ": " + answer.body());
            }
            return answer.body();
        } catch (IOException e) {
            URI uri = question.uri();
            throw new BenchException("the centre at " + uri.getAuthority() + " broke off: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }
}
