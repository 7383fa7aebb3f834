package io.fogwhisk.feed.mqtt;

import io.fogwhisk.base.http.Authorities;
import io.fogwhisk.base.http.HttpException;
import io.fogwhisk.base.http.Tls;
import io.fogwhisk.feed.FeedException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Whom a provider trusts to be a broker, and who it is itself, read once. Immutable, thread-safe.
 *
 * @param keys of the provider's own certificate; null for none
 * @param authorities who may have signed a broker's certificate
 * @param sockets made with both
 */
record BrokerTls(@Nullable KeyManagerFactory keys, TrustManagerFactory authorities, SSLSocketFactory sockets) {

    /**
     * Reads the files.
     *
     * @throws FeedException if one of them is missing or is not what it should be; the message names it
     */
    static BrokerTls load(MqttSettings.TlsFiles files) {
        try {
            KeyManagerFactory keys = null;
            if (files.certificate().isPresent() && files.key().isPresent()) {
                KeyStore store =
                        new Tls.PemFiles(files.certificate().get(), files.key().get()).load();
                keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                keys.init(store, Tls.PASSWORD.toCharArray());
            }
            TrustManagerFactory authorities = Authorities.of(files.authorities());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys == null ? null : keys.getKeyManagers(), authorities.getTrustManagers(), null);
            return new BrokerTls(keys, authorities, context.getSocketFactory());
        } catch (HttpException e) {
            throw new FeedException("TLS for brokers: " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new FeedException("TLS for brokers: " + e.getMessage(), e);
        }
    }
}
