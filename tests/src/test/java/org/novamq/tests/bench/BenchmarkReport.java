package org.novamq.tests.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.novamq.driver.json.Json;
import org.novamq.tests.peer.NovaPeer;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs the benchmarks, and Nova's own code on the same requests in the same run, and prints one table.
 *
 * <pre>BenchmarkReport [--long]</pre>
 *
 * The exit status is 0 if both were measured, 3 where Nova is absent, 2 for another argument.
 */
public final class BenchmarkReport {
    private static final int NOVA_MISSING = 3;
    private static final int USAGE = 2;
    private static final String ROW = "%-14s %5s %22s %22s %7s %12s%n";

    private final boolean isLong;
    private final PrintStream out;

    private BenchmarkReport(boolean isLong, PrintStream out) {
        this.isLong = isLong;
        this.out = out;
    }

    public static void main(String[] arguments) throws RunnerException, JsonProcessingException {
        List<String> options = List.of(arguments);
        if (!options.isEmpty() && !options.equals(List.of("--long"))) {
            System.err.println("usage: BenchmarkReport [--long], not " + options);
            System.exit(USAGE);
        }
        try {
            new BenchmarkReport(!options.isEmpty(), System.out).run();
        } catch (NovaPeer.NovaMissingException missing) {
            System.err.println("NOT MEASURED: " + missing.getMessage());
            System.exit(NOVA_MISSING);
        }
    }

    private void run() throws RunnerException, JsonProcessingException {
        String nova = NovaPeer.version(); // first: without it the rest is not worth waiting for
        Collection<RunResult> results = new Runner(jmh()).run();
        out.printf("Nova: %s; Java %s; us of processor time (of the clock)%n", nova, Runtime.version());
        out.printf(ROW, "", "NICs", "ours", "Nova", "ratio", "ours, B/op");
        for (RunResult result : results) {
            print(result);
        }
    }

    private Options jmh() {
        int times = isLong ? 5 : 1;
        return new OptionsBuilder()
                .include(BenchmarkReport.class.getPackageName() + "\\..*Benchmark\\..*")
                .forks(isLong ? 3 : 1)
                .warmupIterations(4 * times)
                .measurementIterations(3 * times)
                .warmupTime(TimeValue.seconds(1))
                .measurementTime(TimeValue.seconds(1))
                .addProfiler(GCProfiler.class)
                .addProfiler(CpuTimeProfiler.class)
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true)
                .build();
    }

    private void print(RunResult result) throws JsonProcessingException {
        String benchmark = result.getParams().getBenchmark();
        String name = benchmark.substring(benchmark.lastIndexOf('.') + 1);
        int nics = Integer.parseInt(result.getParams().getParam("nics"));
        double cpu = secondary(result, CpuTimeProfiler.LABEL);
        String theirs = "-";
        String ratio = "-";
        if (!name.equals("plan")) {
            JsonNode nova = nova(name.equals("planAndDomain") ? "guest" : "vifs", nics);
            double novaCpu = nova.get("cpu_us_per_op").doubleValue();
            theirs = figures(novaCpu, nova.get("mean_us").doubleValue());
            ratio = String.format(Locale.ROOT, "%.0fx", novaCpu / cpu);
        }
        String ours = figures(cpu, result.getPrimaryResult().getScore());
        String allocated = String.format(Locale.ROOT, "%,.0f", secondary(result, "gc.alloc.rate.norm"));
        out.printf(ROW, name, nics, ours, theirs, ratio, allocated);
    }

    private static double secondary(RunResult result, String label) {
        Result<?> found = result.getSecondaryResults().get(label);
        return found == null ? Double.NaN : found.getScore();
    }

    private static String figures(double cpu, double clock) {
        return String.format(Locale.ROOT, "%,.1f (%,.1f)", cpu, clock);
    }

    private JsonNode nova(String what, int nics) throws JsonProcessingException {
        String line = NovaPeer.bench(BenchRequests.json(nics).toString(), what, isLong ? 20 : 3, isLong ? 5 : 1);
        return Json.MAPPER.readTree(line);
    }
}
