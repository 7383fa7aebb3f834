package io.fogwhisk.launcher.deploy;

import io.fogwhisk.launcher.LauncherException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A new site's overlay: its namespace, and how it reaches the centre.
 *
 * @param id of the site, and of its namespace
 * @param influxUrl the centre's InfluxDB, as the site reaches it
 * @param catalogUrl the centre's catalogue, as the site reaches it
 */
public record SiteOverlay(String id, String influxUrl, String catalogUrl) {

    private static final Pattern ID = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern URL = Pattern.compile("https?://[A-Za-z0-9.:\\[\\]-]+(/[A-Za-z0-9._/-]*)?");

    /**
     * Checks the id and the addresses.
     *
     * @throws LauncherException if one can't be used
     */
    public SiteOverlay {
        Objects.requireNonNull(id, "id is null");
        if (!ID.matcher(id).matches()) {
            throw new LauncherException("the id of a site is the name of its namespace, too: lower-case letters, digits"
                    + " and dashes, at most 63 characters, was '" + id + "'");
        }
        if (id.equals("central") || id.equals("default") || id.startsWith("kube-")) {
            throw new LauncherException("a site cannot be called '" + id + "': that namespace is somebody else's");
        }
        checkUrl(influxUrl);
        checkUrl(catalogUrl);
    }

    /**
     * Writes the overlay.
     *
     * @return its folder
     * @throws LauncherException if the folder is there, or can't be written
     */
    public Path write(DeployFolder folder) {
        Path site = folder.site(id);
        if (Files.exists(site)) {
            throw new LauncherException(site + " is there already");
        }
        try {
            Files.createDirectories(site);
            Files.writeString(site.resolve("kustomization.yaml"), kustomization());
            Files.writeString(site.resolve(Overlay.SETTINGS_FILE), settings());
        } catch (IOException e) {
            throw new LauncherException("cannot write " + site + ": " + e, e);
        }
        return site;
    }

    private String kustomization() {
        return """
                apiVersion: kustomize.config.k8s.io/v1beta1
                kind: Kustomization
                namespace: %s
                resources:
                  - ../../base
                configMapGenerator:
                  - name: site
                    behavior: merge
                    envs:
                      - site.env
                secretGenerator:
                  - name: site
                    envs:
                      - secret.env
                """.formatted(id);
    }

    private String settings() {
        return """
                FOGWHISK_SITE_ID=%s
                FOGWHISK_INFLUX_CENTRAL_URL=%s
                FOGWHISK_CATALOG_URL=%s
                """.formatted(id, influxUrl, catalogUrl);
    }

    private static void checkUrl(String url) {
        if (!URL.matcher(url).matches()) {
            throw new LauncherException("an address of the centre must be http(s)://host:port, was '" + url + "'");
        }
    }
}
