package org.novamq.tests.bench;

import java.util.concurrent.TimeUnit;
import org.novamq.vif.InstancePlanner;
import org.novamq.vif.NicPlan;
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
import org.openjdk.jmh.infra.Blackhole;

/** The plan and every NIC's element: what Nova does in get_config().to_xml(). */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class InterfaceXmlBenchmark {
    @Param({"1", "4", "16"})
    private int nics;

    private PlanRequest request = BenchRequests.planRequest(1);

    @Setup
    public void setUp() {
        request = BenchRequests.planRequest(nics);
    }

    @Benchmark
    public void planAndXml(Blackhole hole) {
        for (NicPlan nic : InstancePlanner.plan(request, HostLimits.DEFAULT).nics()) {
            hole.consume(nic.interfaceXml());
        }
    }
}
