package io.fogwhisk.image;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where an image goes.
 *
 * @param name of the image, with its tag; of one in a registry unless there is a file
 * @param file the archive to write, which {@code docker load} and {@code ctr image import} read
 */
record ImageTarget(String name, Optional<Path> file) {}
