package io.fogwhisk.base.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;

/** Reads a certificate chain and its key from PEM files. */
final class Pem {

    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";

    private Pem() {}

    /**
     * Both files as a key store.
     *
     * @throws HttpException naming the file at fault
     */
    static KeyStore load(Path certificateFile, Path keyFile) {
        Certificate[] chain = certificates(certificateFile);
        PublicKey publicKey = chain[0].getPublicKey();
        PrivateKey key = key(keyFile, publicKey.getAlgorithm());
        try {
            if (!belongTogether(publicKey, key)) {
                throw new HttpException(
                        "the key in " + keyFile + " is not that of the first certificate in " + certificateFile);
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("openwhisk", key, Tls.PASSWORD.toCharArray(), chain);
            return store;
        } catch (IOException | GeneralSecurityException e) {
            throw new HttpException(
                    "cannot use the certificate in " + certificateFile + " with the key in " + keyFile + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /**
     * The certificates of a file, at least one.
     *
     * @throws HttpException naming the file
     */
    static Certificate[] certificates(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> chain =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (chain.isEmpty()) {
                throw new HttpException("there is no certificate in " + file + "; it must be a PEM file");
            }
            return chain.toArray(Certificate[]::new);
        } catch (NoSuchFileException e) {
            throw new HttpException("there is no file " + file, e);
        } catch (IOException | GeneralSecurityException e) {
            throw new HttpException("cannot read a certificate from " + file + ": " + e.getMessage(), e);
        }
    }

    private static PrivateKey key(Path file, String algorithm) {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw new HttpException("there is no file " + file, e);
        } catch (IOException e) {
            throw new HttpException("cannot read the key in " + file + ": " + e, e);
        }
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new HttpException("there is no PKCS#8 key in " + file
                    + "; convert it with: openssl pkcs8 -topk8 -nocrypt -in " + file.getFileName() + " -out key.pem");
        }
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (InvalidKeySpecException e) {
            // The cause may quote the key.
            throw new HttpException(
                    "the key in " + file + " is not a key for " + algorithm + ", which the certificate is for");
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new HttpException("cannot read the key in " + file + ": " + e.getMessage(), e);
        }
    }

    private static boolean belongTogether(PublicKey publicKey, PrivateKey key) throws GeneralSecurityException {
        String algorithm = publicKey.getAlgorithm();
        Signature signature = Signature.getInstance(
                switch (algorithm) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    default -> algorithm;
                });
        byte[] sample = {1, 2, 3};
        signature.initSign(key);
        signature.update(sample);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(sample);
        return signature.verify(signed);
    }
}
