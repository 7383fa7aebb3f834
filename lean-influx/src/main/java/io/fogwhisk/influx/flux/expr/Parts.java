package io.fogwhisk.influx.flux.expr;

import io.fogwhisk.influx.flux.syntax.Expr;
import io.fogwhisk.influx.flux.syntax.Statement;
import java.util.ArrayList;
import java.util.List;

/** The expressions that an expression is made of. */
final class Parts {

    private Parts() {}

    static List<Expr> of(Expr expr) {
        if (expr instanceof Expr.Binary binary) {
            return List.of(binary.left(), binary.right());
        } else if (expr instanceof Expr.Unary unary) {
            return List.of(unary.operand());
        } else if (expr instanceof Expr.Member member) {
            return List.of(member.object());
        } else if (expr instanceof Expr.Index index) {
            return List.of(index.array(), index.index());
        } else if (expr instanceof Expr.Conditional conditional) {
            return List.of(conditional.test(), conditional.consequence(), conditional.alternative());
        } else if (expr instanceof Expr.Interpolation interpolation) {
            return interpolation.parts();
        } else if (expr instanceof Expr.ArrayLiteral array) {
            return array.items();
        } else if (expr instanceof Expr.Pipe pipe) {
            return List.of(pipe.left(), pipe.call());
        }
        List<Expr> parts = new ArrayList<>();
        if (expr instanceof Expr.Call call) {
            parts.add(call.function());
            parts.addAll(call.arguments().values());
        } else if (expr instanceof Expr.RecordLiteral record) {
            parts.addAll(record.properties().values());
        } else if (expr instanceof Expr.DictionaryLiteral dictionary) {
            parts.addAll(dictionary.keys());
            parts.addAll(dictionary.values());
        } else if (expr instanceof Expr.Lambda lambda) {
            for (Statement statement : lambda.statements()) {
                parts.add(statement.value());
            }
            parts.add(lambda.value());
        }
        return parts;
    }
}
