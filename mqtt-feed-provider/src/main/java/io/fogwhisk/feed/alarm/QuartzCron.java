package io.fogwhisk.feed.alarm;

import io.fogwhisk.feed.registry.Cron;
import io.fogwhisk.feed.registry.Cron.Field;
import java.util.List;
import java.util.stream.Collectors;

/** Writes a cron pattern in Quartz's dialect: weeks begin with Sunday as 1, and one of the two day fields must be ?. */
final class QuartzCron {

    private QuartzCron() {}

    /**
     * The expressions that together fire when the pattern does: two when a day may satisfy either the day of month or
     * the day of week, which Quartz can't say in one. A day that satisfies both is then in both.
     */
    static List<String> expressions(Cron cron) {
        String time = list(cron.second(), 0) + " " + list(cron.minute(), 0) + " " + list(cron.hour(), 0);
        String month = list(cron.month(), 0);
        String byDay = time + " " + list(cron.day(), 0) + " " + month + " ?";
        String byWeekday = time + " ? " + month + " " + list(cron.weekday(), 1);
        if (cron.weekday().every()) {
            return List.of(byDay);
        }
        return cron.day().every() ? List.of(byWeekday) : List.of(byDay, byWeekday);
    }

    private static String list(Field field, int offset) {
        if (field.every()) {
            return "*";
        }
        return field.values().stream()
                .map(value -> Integer.toString(value + offset))
                .collect(Collectors.joining(","));
    }
}
