package io.fogwhisk.influx.store;

import java.util.List;

/** The tables of the file, by version. */
final class Schema {

    /** One row per set of tags and time, with the fields of all measurements that have these tags. */
    private static final String ROWS = """
            create table tag_set (
                id integer primary key,
                bucket text not null,
                tags text not null,
                unique (bucket, tags)
            ) strict;
            create table series (
                bucket text not null,
                series_key text not null,
                measurement text not null,
                tag_set integer not null,
                primary key (bucket, series_key)
            ) strict, without rowid;
            create index series_measurement on series (bucket, measurement);
            create table field (
                id integer primary key,
                bucket text not null,
                measurement text not null,
                name text not null,
                type integer not null,
                unique (bucket, measurement, name)
            ) strict;
            create table point (
                tag_set integer not null,
                time integer not null,
                fields blob not null,
                primary key (tag_set, time)
            ) strict, without rowid
            """;

    /**
     * A log of what was written and not packed yet, and blocks of packed values, which never overlap within a column.
     * Numbers of columns and of log entries are never given twice: an entry must not meet a column of another series.
     */
    private static final String LOG_AND_BLOCKS = """
            alter table series rename to row_series;
            drop index series_measurement;
            create table bucket (
                name text primary key,
                series integer not null
            ) strict, without rowid;
            create table series (
                id integer primary key autoincrement,
                bucket text not null,
                measurement text not null,
                series_key text not null,
                unique (bucket, series_key)
            ) strict;
            create index series_measurement on series (bucket, measurement);
            create table series_column (
                id integer primary key autoincrement,
                series integer not null,
                field integer not null,
                unique (series, field)
            ) strict;
            create table log (
                seq integer primary key autoincrement,
                kind integer not null,
                entry blob not null
            ) strict;
            create table block (
                id integer primary key,
                column_id integer not null,
                first_time integer not null,
                last_time integer not null,
                count integer not null,
                data blob not null
            ) strict;
            create unique index block_place on block (column_id, first_time, last_time, count);
            create table packing (
                frozen integer not null,
                next integer not null
            ) strict;
            insert into packing(frozen, next) values (0, 0)
            """;

    /** Scripts, oldest first; one that was released never changes. */
    static final List<String> VERSIONS = List.of(ROWS, LOG_AND_BLOCKS);

    /** An entry of the log that holds values. */
    static final int VALUES = 0;

    /** An entry of the log that deletes values. */
    static final int DELETION = 1;

    private Schema() {}
}
