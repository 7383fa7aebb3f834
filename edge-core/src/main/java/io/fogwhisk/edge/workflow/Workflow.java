package io.fogwhisk.edge.workflow;

import io.fogwhisk.edge.rpc.EdgeException;
import io.fogwhisk.edge.rpc.proto.FunctionList;
import io.fogwhisk.edge.rpc.proto.IndexList;
import io.fogwhisk.edge.rpc.proto.LambdaRequest;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Several functions that run as one call: the output of one is the input of the next. Immutable.
 *
 * <p>A function is known by its index, as the same function may occur more than once.
 */
public sealed interface Workflow {

    /** The names of the functions, by index; at least one. */
    List<String> functions();

    /** Which functions need which states: name of a state to names of functions; empty where nobody does. */
    Map<String, List<String>> dependencies();

    /** The indices of the functions that run after one; empty for the last. */
    List<Integer> after(int index);

    /** How many functions run right before one, that is whose end it waits for; 0 for the first. */
    int arrivals(int index);

    /**
     * Makes a request one for the first function of this workflow: its name, the workflow and the dependencies. The
     * rest, such as input, states, callback and uuid, is the caller's.
     */
    void putInto(LambdaRequest.Builder request);

    /** How many functions there are. */
    default int size() {
        return functions().size();
    }

    /** Whether the function at an index is the last one. */
    default boolean isLast(int index) {
        return index == size() - 1;
    }

    /**
     * Functions one after the other.
     *
     * @param functions at least one
     * @param dependencies state to functions
     */
    record Chain(List<String> functions, Map<String, List<String>> dependencies) implements Workflow {

        /** Checks and copies. */
        public Chain {
            functions = checkedNames("functions", functions);
            dependencies = checkedDependencies(functions, dependencies);
        }

        /** A chain without states. */
        public static Chain of(String... functions) {
            return new Chain(Arrays.asList(functions), Map.of());
        }

        @Override
        public List<Integer> after(int index) {
            return isLast(index) ? List.of() : List.of(index + 1);
        }

        @Override
        public int arrivals(int index) {
            return index == 0 ? 0 : 1;
        }

        @Override
        public void putInto(LambdaRequest.Builder request) {
            request.setName(functions.get(0))
                    .clearChain()
                    .clearDag()
                    .addAllChain(functions)
                    .setNextFunctionIndex(0);
            putDependencies(request, dependencies);
        }
    }

    /**
     * Functions that fork and join: the first starts, each starts all its successors when it ends, one with several
     * predecessors waits for all of them, the last one's output is the result.
     *
     * @param successors by index, for all functions but the last; each at least one, no cycles, every function reached
     * @param names by index, one more than {@code successors}
     * @param dependencies state to functions
     */
    record Dag(List<List<Integer>> successors, List<String> names, Map<String, List<String>> dependencies)
            implements Workflow {

        /** Checks and copies. */
        public Dag {
            names = checkedNames("functionNames", names);
            successors = successors.stream().map(List::copyOf).toList();
            if (names.size() != successors.size() + 1) {
                throw new EdgeException("functionNames must have one name more than successors has lists ("
                        + successors.size() + "), has " + names.size());
            }
            checkGraph(successors);
            dependencies = checkedDependencies(names, dependencies);
        }

        @Override
        public List<String> functions() {
            return names;
        }

        @Override
        public List<Integer> after(int index) {
            return isLast(index) ? List.of() : successors.get(index);
        }

        @Override
        public int arrivals(int index) {
            return predecessors(index).size();
        }

        /** The indices of the functions that run right before one, ascending. */
        public List<Integer> predecessors(int index) {
            return IntStream.range(0, successors.size())
                    .filter(each -> successors.get(each).contains(index))
                    .boxed()
                    .toList();
        }

        /**
         * Whether a function is on the graph's main branch: the first function, the first of its successors, the first of
         * that one's and so on up to the last. As all other branches end in it, one and only one step of a call is on it
         * at any time.
         */
        public boolean isMain(int index) {
            int main = 0;
            while (main != index && !isLast(main)) {
                main = successors.get(main).get(0);
            }
            return main == index;
        }

        /** Whether the step from a function to one that runs right after it is on the graph's main branch. */
        public boolean isMain(int from, int to) {
            return !isLast(from) && isMain(from) && successors.get(from).get(0) == to;
        }

        @Override
        public void putInto(LambdaRequest.Builder request) {
            request.setName(names.get(0)).clearChain().clearDag().setNextFunctionIndex(0);
            request.getDagBuilder().addAllNames(names);
            for (List<Integer> each : successors) {
                IndexList.Builder list = request.getDagBuilder().addSuccessorsBuilder();
                each.forEach(index -> list.addFunctions(index));
            }
            putDependencies(request, dependencies);
        }

        private static void checkGraph(List<List<Integer>> successors) {
            int last = successors.size();
            int[] arrivals = new int[last + 1];
            for (int from = 0; from < last; from++) {
                List<Integer> list = successors.get(from);
                String field = "successors[" + from + "]";
                if (list.isEmpty()) {
                    throw new EdgeException(field + " must not be empty: only the last function has no successor");
                }
                if (new HashSet<>(list).size() < list.size()) {
                    throw new EdgeException(field + " must not name a function twice, was " + list);
                }
                for (int to : list) {
                    if (to < 1 || to > last) {
                        throw new EdgeException(field + " must have indices from 1 to " + last + ", was " + to);
                    }
                    arrivals[to]++;
                }
            }
            for (int index = 1; index <= last; index++) {
                if (arrivals[index] == 0) {
                    throw new EdgeException("function " + index + " is nobody's successor, so it would never run");
                }
            }
            Deque<Integer> ready = new ArrayDeque<>(List.of(0));
            int seen = 0;
            while (!ready.isEmpty()) {
                int from = ready.pop();
                seen++;
                for (int to : from == last ? List.<Integer>of() : successors.get(from)) {
                    if (--arrivals[to] == 0) {
                        ready.push(to);
                    }
                }
            }
            if (seen <= last) {
                throw new EdgeException("successors must not have a cycle: they would wait for each other");
            }
        }
    }

    /** Whether a request has more than one function to run. */
    static boolean isIn(LambdaRequest request) {
        return request.getChainCount() > 0 || request.getDag().getSuccessorsCount() > 0;
    }

    /**
     * Reads the workflow of a request.
     *
     * @throws EdgeException if it has none, two, or a faulty one
     */
    static Workflow fromProto(LambdaRequest request) {
        boolean dag = request.getDag().getSuccessorsCount() > 0;
        if (dag && request.getChainCount() > 0) {
            throw new EdgeException("Cannot specify both a function chain and a DAG in the request");
        }
        List<String> names = dag ? request.getDag().getNamesList() : request.getChainList();
        Map<String, List<String>> dependencies = new LinkedHashMap<>();
        // Foreign nodes may name functions that are not there; they do no harm.
        request.getDependenciesMap()
                .forEach((state, functions) -> dependencies.put(
                        state,
                        functions.getFunctionsList().stream()
                                .filter(names::contains)
                                .toList()));
        if (!dag) {
            return new Chain(names, dependencies);
        }
        int size = names.size();
        return new Dag(
                request.getDag().getSuccessorsList().stream()
                        .map(list -> list.getFunctionsList().stream()
                                .map(index -> index < 0 || index >= size ? Integer.valueOf(-1) : index.intValue())
                                .toList())
                        .toList(),
                names,
                dependencies);
    }

    private static List<String> checkedNames(String field, List<String> names) {
        List<String> copy = List.copyOf(names);
        if (copy.isEmpty()) {
            throw new EdgeException(field + " must name at least one function");
        }
        for (int i = 0; i < copy.size(); i++) {
            if (copy.get(i).isEmpty()) {
                throw new EdgeException(field + "[" + i + "] must not be empty");
            }
        }
        return copy;
    }

    private static Map<String, List<String>> checkedDependencies(
            List<String> names, Map<String, List<String>> dependencies) {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        dependencies.forEach((state, functions) -> {
            for (String function : Objects.requireNonNull(functions, "functions is null")) {
                if (!names.contains(function)) {
                    throw new EdgeException("dependencies." + state + " names '" + function
                            + "', which is none of the functions " + names);
                }
            }
            copy.put(state, List.copyOf(functions));
        });
        return Collections.unmodifiableMap(copy);
    }

    private static void putDependencies(LambdaRequest.Builder request, Map<String, List<String>> dependencies) {
        request.clearDependencies();
        dependencies.forEach((state, functions) -> request.putDependencies(
                state, FunctionList.newBuilder().addAllFunctions(functions).build()));
    }
}
