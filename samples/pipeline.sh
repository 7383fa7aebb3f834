#!/bin/sh
# The sample pipeline, as a user of wsk declares it. `./fogwhisk up` sends the same requests unless told --no-sample.
# First run the `wsk property set ...` line that `./fogwhisk up` prints, then: sh samples/pipeline.sh "<influx token>"
set -eu

token=${1:?usage: pipeline.sh INFLUX_TOKEN}
influx=${INFLUX_URL:-http://127.0.0.1:8086}
central=${CENTRAL_URL:-$influx}
central_token=${CENTRAL_TOKEN:-$token}
broker=${MQTT_URL:-mqtt://127.0.0.1:1883}

# The built-in actions, bound once with what differs per site.
wsk package bind /whisk.system/aggregator pipeline \
    -p influx_url "$influx" -p influx_token "$token" -p influx_org influxdata -p influx_bucket measure \
    -p local_url "$influx" -p local_token "$token" -p local_org influxdata -p local_bucket measure \
    -p central_url "$central" -p central_token "$central_token" -p central_org influxdata \
    -p central_bucket aggregates -p window 1d -p lateness 1d

# Each message on the topic fires the trigger; the rule runs the action that stores the reading.
wsk trigger create feed_trigger --feed /whisk.system/mqtt/mqtt_feed -p topic test -p url "$broker"
wsk rule create mqttRule feed_trigger pipeline/addReadingToDb

# At three o'clock UTC the aggregates of the previous day go to the centre.
wsk trigger create aggregatesTrigger --feed /whisk.system/alarms/alarm -p cron "0 3 * * *"
wsk rule create aggregatesRule aggregatesTrigger pipeline/aggregatesAction
