package io.fogwhisk.feed.alarm;

import org.quartz.impl.jdbcjobstore.JobStoreTX;

/**
 * Quartz's store in a database. The schedulers of one JVM need names of their own; what they share has one name. Public
 * because Quartz calls it by reflection; not for other packages.
 */
@SuppressWarnings("unchecked") // a raw override inside Quartz
public final class SharedJobStore extends JobStoreTX {

    /** All providers of a database share this schedule. */
    static final String SCHEDULE = "fogwhisk";

    /** A store that must be told its data source. */
    public SharedJobStore() {}

    @Override
    public void setInstanceName(String name) {
        super.setInstanceName(SCHEDULE);
    }
}
