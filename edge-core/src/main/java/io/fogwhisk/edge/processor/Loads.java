package io.fogwhisk.edge.processor;

/**
 * How busy a processor was, in percent.
 *
 * @param last over the last second that was sampled, 0 to 100
 * @param ten mean of the last 10 samples, of as many as there are
 * @param thirty mean of the last 30 samples, of as many as there are
 */
record Loads(int last, int ten, int thirty) {

    static final Loads NONE = new Loads(0, 0, 0);

    /** The samples that loads are taken from; confined to the computer's lock. */
    static final class Samples {

        private final double[] ring = new double[30];
        private long count;

        /** Adds a sample, 0 to 1. */
        Loads add(double utilisation) {
            ring[(int) (count % ring.length)] = utilisation;
            count++;
            return new Loads(mean(1), mean(10), mean(30));
        }

        private int mean(int wanted) {
            int of = (int) Math.min(count, wanted);
            double sum = 0;
            for (long i = count - of; i < count; i++) {
                sum += ring[(int) (i % ring.length)];
            }
            return (int) Math.round(100 * sum / of);
        }
    }
}
