package io.fogwhisk.launcher.demo;

import java.nio.charset.StandardCharsets;

/**
 * One reading of a simulated sensor, in the payload that the sensor boards send, plus a timestamp.
 *
 * @param device the board's fingerprint
 * @param timestamp epoch milliseconds, unique per device
 * @param humidity percent
 * @param temperature degrees Celsius
 * @param gas percent
 */
public record SensorReading(long device, long timestamp, int humidity, double temperature, int gas) {

    /**
     * What a sensor measures at a moment: a slow wave per device, so that charts look like something and every value
     * can be computed again.
     */
    public static SensorReading at(long device, long timestamp) {
        double phase = timestamp / 60_000.0 * Math.PI + device;
        int humidity = (int) Math.round(50 + 20 * Math.sin(phase));
        double temperature = Math.round((21 + 6 * Math.cos(phase)) * 10) / 10.0;
        int gas = (int) Math.floorMod(timestamp / 100 + device, 30L);
        return new SensorReading(device, timestamp, humidity, temperature, gas);
    }

    /** The MQTT payload. */
    public byte[] payload(int datacenterId) {
        String json = "{\"humidity\":" + humidity + ",\"temperature\":" + temperature + ",\"gas_perc\":" + gas
                + ",\"device_fingerprint\":" + device + ",\"datacenter_id\":" + datacenterId + ",\"timestamp\":"
                + timestamp + "}";
        return json.getBytes(StandardCharsets.UTF_8);
    }

    /** The value of a measurement. */
    public double value(Measurement measurement) {
        return switch (measurement) {
            case HUMIDITY -> humidity;
            case TEMPERATURE -> temperature;
            case GAS -> gas;
        };
    }

    /** What the sensors measure. */
    public enum Measurement {
        /** Percent. */
        HUMIDITY("humidity"),
        /** Degrees Celsius. */
        TEMPERATURE("temperature"),
        /** Percent. */
        GAS("gas_perc");

        private final String key;

        Measurement(String key) {
            this.key = key;
        }

        /** The key in the payload and the measurement in the database. */
        public String key() {
            return key;
        }
    }
}
