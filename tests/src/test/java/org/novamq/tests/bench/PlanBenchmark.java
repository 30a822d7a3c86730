package org.novamq.tests.bench;

import java.util.concurrent.TimeUnit;
import org.novamq.vif.InstancePlan;
import org.novamq.vif.InstancePlanner;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.PlanRequest;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Planning alone. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PlanBenchmark {
    @Param({"1", "8", "64", "1000"})
    private int nics;

    private PlanRequest request = BenchRequests.planRequest(1);

    @Setup
    public void setUp() {
        request = BenchRequests.planRequest(nics);
    }

    @Benchmark
    public InstancePlan plan() {
        return InstancePlanner.plan(request, HostLimits.DEFAULT);
    }
}
