package io.fogwhisk.influx.flux.library;

import io.fogwhisk.influx.flux.expr.Arguments;
import io.fogwhisk.influx.flux.expr.BasicType;
import io.fogwhisk.influx.flux.expr.FunctionValue;
import io.fogwhisk.influx.flux.expr.Lifted;
import io.fogwhisk.influx.flux.expr.Scalar;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** The package {@code math}. */
final class Maths {

    private static final String PATH = "math";
    private static final double LN_2 = 0.6931471805599453;
    private static final double LN_10 = 2.302585092994046;
    private static final double PHI = 1.618033988749895;
    private static final double SMALL = 1e-4;

    private Maths() {}

    static void register(Registry registry) {
        constants(registry);
        one(registry, "abs", Math::abs);
        one(registry, "acos", Math::acos);
        one(registry, "asin", Math::asin);
        one(registry, "atan", Math::atan);
        one(registry, "acosh", x -> Math.log(x + Math.sqrt(x * x - 1)));
        one(registry, "asinh", Maths::asinh);
        one(registry, "atanh", x -> Math.log1p(2 * x / (1 - x)) / 2);
        one(registry, "cbrt", Math::cbrt);
        one(registry, "ceil", Math::ceil);
        one(registry, "cos", Math::cos);
        one(registry, "cosh", Math::cosh);
        one(registry, "exp", Math::exp);
        one(registry, "exp2", x -> Math.pow(2, x));
        one(registry, "expm1", Math::expm1);
        one(registry, "floor", Math::floor);
        one(registry, "log", Math::log);
        one(registry, "log10", Math::log10);
        one(registry, "log1p", Math::log1p);
        one(registry, "log2", Maths::log2);
        one(registry, "round", x -> Math.copySign(rounded(Math.abs(x)), x));
        one(registry, "roundtoeven", Math::rint);
        one(registry, "sin", Math::sin);
        one(registry, "sinh", Math::sinh);
        one(registry, "sqrt", Math::sqrt);
        one(registry, "tan", Math::tan);
        one(registry, "tanh", Math::tanh);
        one(registry, "trunc", x -> x < 0 ? Math.ceil(x) : Math.floor(x));
        two(registry, "atan2", "x", "y", Math::atan2);
        two(registry, "copysign", "x", "y", Math::copySign);
        two(registry, "dim", "x", "y", (x, y) -> x - y <= 0 ? 0 : x - y);
        two(registry, "hypot", "p", "q", Math::hypot);
        two(registry, "mod", "x", "y", (x, y) -> x % y);
        two(registry, "pow", "x", "y", Math::pow);
        two(registry, "mMax", "x", "y", Math::max);
        two(registry, "mMin", "x", "y", Math::min);
        two(registry, "remainder", "x", "y", Math::IEEEremainder);
        others(registry);
    }

    private static void constants(Registry registry) {
        constant(registry, "pi", Math.PI);
        constant(registry, "e", Math.E);
        constant(registry, "phi", PHI);
        constant(registry, "sqrt2", Math.sqrt(2));
        constant(registry, "sqrte", Math.sqrt(Math.E));
        constant(registry, "sqrtpi", Math.sqrt(Math.PI));
        constant(registry, "sqrtphi", Math.sqrt(PHI));
        constant(registry, "ln2", LN_2);
        constant(registry, "ln10", LN_10);
        constant(registry, "log2e", 1 / LN_2);
        constant(registry, "log10e", 1 / LN_10);
        constant(registry, "maxfloat", Double.MAX_VALUE);
        constant(registry, "smallestNonzeroFloat", Double.MIN_VALUE);
        registry.value(PATH, "maxint", Scalar.of(BasicType.INT, Long.MAX_VALUE));
        registry.value(PATH, "minint", Scalar.of(BasicType.INT, Long.MIN_VALUE));
        registry.value(PATH, "maxuint", Scalar.of(BasicType.UINT, -1L));
    }

    private static void others(Registry registry) {
        registry.function(PATH, "NaN", arguments -> Scalar.of(BasicType.FLOAT, Double.NaN));
        registry.function(
                PATH,
                "mInf",
                arguments -> lifted(
                        arguments,
                        BasicType.FLOAT,
                        of -> (Long) of[0] >= 0 ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY,
                        "sign"));
        registry.function(
                PATH, "isNaN", arguments -> lifted(arguments, BasicType.BOOL, of -> Double.isNaN((Double) of[0]), "f"));
        registry.function(PATH, "isInf", arguments -> lifted(arguments, BasicType.BOOL, Maths::infinite, "f", "sign"));
        registry.function(
                PATH,
                "signbit",
                arguments ->
                        lifted(arguments, BasicType.BOOL, of -> Double.doubleToRawLongBits((Double) of[0]) < 0, "x"));
        registry.function(
                PATH,
                "float64bits",
                arguments -> lifted(arguments, BasicType.UINT, of -> Double.doubleToRawLongBits((Double) of[0]), "f"));
        registry.function(
                PATH,
                "pow10",
                arguments -> lifted(arguments, BasicType.FLOAT, of -> Math.pow(10, ((Long) of[0]).doubleValue()), "n"));
    }

    private static boolean infinite(Object[] of) {
        double number = (Double) of[0];
        long sign = (Long) of[1];
        return (sign >= 0 && number == Double.POSITIVE_INFINITY) || (sign <= 0 && number == Double.NEGATIVE_INFINITY);
    }

    private static double asinh(double x) {
        double size = Math.abs(x);
        // Near zero the logarithm would lose digits.
        double made = size < SMALL ? size - size * size * size / 6 : Math.log(size + Math.sqrt(size * size + 1));
        return Math.copySign(made, x);
    }

    /** Exact for powers of two. */
    private static double log2(double x) {
        if (!(x > 0) || Double.isInfinite(x) || x < Double.MIN_NORMAL) {
            return Math.log(x) / LN_2;
        }
        int exponent = Math.getExponent(x);
        return exponent + Math.log(x / Math.scalb(1.0, exponent)) / LN_2;
    }

    private static double rounded(double x) {
        double down = Math.floor(x);
        return x - down >= 0.5 ? down + 1 : down;
    }

    private static void constant(Registry registry, String name, double value) {
        registry.value(PATH, name, Scalar.of(BasicType.FLOAT, value));
    }

    private static void one(Registry registry, String name, DoubleUnaryOperator body) {
        registry.function(PATH, name, (FunctionValue)
                arguments -> lifted(arguments, BasicType.FLOAT, of -> body.applyAsDouble((Double) of[0]), "x"));
    }

    private static void two(Registry registry, String name, String first, String second, DoubleBinaryOperator body) {
        registry.function(PATH, name, (FunctionValue) arguments -> lifted(
                arguments, BasicType.FLOAT, of -> body.applyAsDouble((Double) of[0], (Double) of[1]), first, second));
    }

    private static Scalar lifted(Arguments arguments, BasicType type, Lifted.Body body, String... names) {
        Scalar[] values = new Scalar[names.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = arguments.scalar(names[i]);
        }
        return Lifted.scalar(type, arguments.at(), body, values);
    }
}
