/** Reads one YAML file and the environment into validated records and reports every fault at once, each with its path. */
@NullMarked
package io.fogwhisk.base.config;

import org.jspecify.annotations.NullMarked;
