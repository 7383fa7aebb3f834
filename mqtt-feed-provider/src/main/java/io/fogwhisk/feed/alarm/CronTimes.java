package io.fogwhisk.feed.alarm;

import io.fogwhisk.feed.registry.Cron;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.BitSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The instants of a cron pattern in a time zone.
 *
 * <p>Where clocks change, a pattern that names hours means the clock on the wall: a time that clocks skip is made up for
 * at the moment they do, once, and a time that comes twice counts the first time only. A pattern for every hour means
 * the pace instead: it fires in each hour that passes, and skips nothing and makes up for nothing.
 */
final class CronTimes implements FireTimes {

    private final BitSet seconds;
    private final BitSet minutes;
    private final BitSet hours;
    private final BitSet days;
    private final BitSet months;
    private final BitSet weekdays;
    private final boolean everyDay;
    private final boolean everyWeekday;
    private final boolean everyHour;
    private final ZoneRules rules;

    CronTimes(Cron cron, ZoneId zone) {
        seconds = bits(cron.second());
        minutes = bits(cron.minute());
        hours = bits(cron.hour());
        days = bits(cron.day());
        months = bits(cron.month());
        weekdays = bits(cron.weekday());
        everyDay = cron.day().every();
        everyWeekday = cron.weekday().every();
        everyHour = cron.hour().every();
        rules = zone.getRules();
    }

    /** Goes from one change of the clocks to the next: between them, the clock on the wall runs as time does. */
    @Override
    public Optional<Instant> after(Instant instant) {
        Instant from = instant.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
        Instant horizon = from.plus(HORIZON);
        while (from.isBefore(horizon)) {
            ZoneOffset offset = rules.getOffset(from);
            LocalDateTime local = LocalDateTime.ofEpochSecond(from.getEpochSecond(), 0, offset);
            ZoneOffsetTransition begin = everyHour ? null : rules.previousTransition(from.plusNanos(1));
            if (begin != null && begin.isGap() && begin.getInstant().equals(from) && skips(begin)) {
                return Optional.of(from);
            }
            if (begin != null && begin.isOverlap() && local.isBefore(begin.getDateTimeBefore())) {
                local = begin.getDateTimeBefore();
            }
            LocalDateTime match = match(local);
            if (match == null) {
                return Optional.empty();
            }
            Instant at = match.toInstant(offset);
            ZoneOffsetTransition end = rules.nextTransition(from);
            if (end == null || at.isBefore(end.getInstant())) {
                return Optional.of(at);
            }
            from = end.getInstant();
        }
        return Optional.empty();
    }

    private boolean skips(ZoneOffsetTransition gap) {
        LocalDateTime match = match(gap.getDateTimeBefore());
        return match != null && match.isBefore(gap.getDateTimeAfter());
    }

    /** The first time of the pattern on a wall clock, not before another. */
    private @Nullable LocalDateTime match(LocalDateTime from) {
        LocalDate day = from.toLocalDate();
        LocalDate last = day.plusDays(HORIZON.toDays());
        LocalTime soonest = from.toLocalTime();
        while (day.isBefore(last)) {
            if (!months.get(day.getMonthValue())) {
                day = day.plusMonths(1).withDayOfMonth(1);
                soonest = LocalTime.MIDNIGHT;
                continue;
            }
            if (matches(day)) {
                LocalTime time = match(soonest);
                if (time != null) {
                    return day.atTime(time);
                }
            }
            day = day.plusDays(1);
            soonest = LocalTime.MIDNIGHT;
        }
        return null;
    }

    private boolean matches(LocalDate day) {
        boolean inMonth = days.get(day.getDayOfMonth());
        boolean inWeek = weekdays.get(day.getDayOfWeek().getValue() % 7);
        if (everyDay || everyWeekday) {
            return inMonth && inWeek;
        }
        return inMonth || inWeek;
    }

    private @Nullable LocalTime match(LocalTime from) {
        int hour = hours.nextSetBit(from.getHour());
        if (hour < 0) {
            return null;
        }
        int minute = minutes.nextSetBit(hour == from.getHour() ? from.getMinute() : 0);
        boolean sameMinute = hour == from.getHour() && minute == from.getMinute();
        int second = minute < 0 ? -1 : seconds.nextSetBit(sameMinute ? from.getSecond() : 0);
        if (second < 0 && minute >= 0) {
            minute = minutes.nextSetBit(minute + 1);
            second = seconds.nextSetBit(0);
        }
        if (minute < 0) {
            hour = hours.nextSetBit(hour + 1);
            minute = minutes.nextSetBit(0);
            second = seconds.nextSetBit(0);
        }
        return hour < 0 ? null : LocalTime.of(hour, minute, second);
    }

    private static BitSet bits(Cron.Field field) {
        BitSet bits = new BitSet();
        field.values().forEach(bits::set);
        return bits;
    }
}
