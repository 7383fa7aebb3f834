package io.fogwhisk.feed.alarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fogwhisk.feed.registry.Cron;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.quartz.CronExpression;

class QuartzCronTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "* * * * *          | 0 * * * * ?",
                "* * * * * *        | * * * * * ?",
                "0 */30 * * * *     | 0 0,30 * * * ?",
                "*/20 * * * * *     | 0,20,40 * * * * ?",
                "0 3 * * *          | 0 0 3 * * ?",
                "5/20 * * * *       | 0 5,25,45 * * * ?",
                "0 0 1,15 * *       | 0 0 0 1,15 * ?",
                "0 0 * * 0          | 0 0 0 ? * 1",
                "0 0 * * 7          | 0 0 0 ? * 1",
                "0 0 * * 1-5        | 0 0 0 ? * 2,3,4,5,6",
                "0 0 * * 5-7        | 0 0 0 ? * 1,6,7",
                "0 0 * * mon,FRI    | 0 0 0 ? * 2,6",
                "0 0 * * 0-6        | 0 0 0 * * ?",
                "0 0 * * */2        | 0 0 0 ? * 1,3,5,7",
                "0 0 * jan-mar *    | 0 0 0 * 1,2,3 ?",
                "0 0 ? * 1          | 0 0 0 ? * 2",
                "0 0 1-31 * *       | 0 0 0 * * ?",
                "0 0 13 * 5         | 0 0 0 13 * ?; 0 0 0 ? * 6"
            })
    void saysTheSameInQuartzsDialect(String pattern, String expressions) {
        assertThat(QuartzCron.expressions(Cron.parse(pattern)))
                .containsExactly(expressions.split("; "))
                .allMatch(CronExpression::isValidExpression);
    }
}
