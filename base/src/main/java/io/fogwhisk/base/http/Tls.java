package io.fogwhisk.base.http;

import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Objects;

/**
 * Where a port's certificate and key come from. Loaded at the first TLS handshake: a process that nobody asks for TLS
 * pays nothing for it.
 */
public sealed interface Tls {

    /** What protects the entry of a loaded key store. No secret: the mode of the file protects the key. */
    String PASSWORD = "fogwhisk";

    /**
     * The certificate and its key. Reads files, and may take seconds.
     *
     * @throws HttpException if they can't be read or made; the message names the file and what to do
     */
    KeyStore load();

    /**
     * A certificate of our own making, made once and kept. It is made again when it is about to expire or does not name
     * one of the hosts.
     *
     * @param file of the certificate and its key (PKCS12), readable by its owner only; its folder exists
     * @param hosts further names and addresses of this machine that it is for, beside those every machine has
     */
    record SelfSigned(Path file, List<String> hosts) implements Tls {

        /** Checks for null and copies. */
        public SelfSigned {
            Objects.requireNonNull(file, "file is null");
            hosts = List.copyOf(hosts);
        }

        @Override
        public KeyStore load() {
            return new SelfSignedCertificate(file, hosts).load();
        }
    }

    /**
     * A certificate of the user's.
     *
     * @param certificate PEM, the server's first and those that signed it after it
     * @param key PEM, PKCS#8 ({@code BEGIN PRIVATE KEY}), not encrypted
     */
    record PemFiles(Path certificate, Path key) implements Tls {

        /** Checks for null. */
        public PemFiles {
            Objects.requireNonNull(certificate, "certificate is null");
            Objects.requireNonNull(key, "key is null");
        }

        @Override
        public KeyStore load() {
            return Pem.load(certificate, key);
        }
    }
}
