package io.fogwhisk.launcher.demo;

/**
 * How far a site is.
 *
 * @param aggregates at the centre
 */
record SiteProgress(String site, long published, long acknowledged, long fired, long stored, long aggregates) {}
