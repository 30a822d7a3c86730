package org.novamq.tests.bench;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.novamq.vif.InstancePlan;
import org.novamq.vif.InstancePlanner;
import org.novamq.vif.NicPlan;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.PlanRequest;
import org.novamq.vif.xml.DomainSpec;
import org.novamq.vif.xml.DomainXml;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The plan and the whole domain: what Nova does in _get_guest_xml(). */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DomainXmlBenchmark {
    @Param({"1", "4", "16"})
    private int nics;

    private PlanRequest request = BenchRequests.planRequest(1);

    @Setup
    public void setUp() {
        request = BenchRequests.planRequest(nics);
    }

    @Benchmark
    public String planAndDomain() {
        InstancePlan plan = InstancePlanner.plan(request, HostLimits.DEFAULT);
        return DomainXml.of(new DomainSpec(
                request.instance().uuid(),
                "instance-" + request.instance().uuid(),
                "{}",
                request.virtType(),
                request.machineType(),
                new DomainSpec.Size(
                        request.flavor().vcpus(),
                        request.flavor().vcpus(),
                        request.flavor().memoryMib()),
                Optional.empty(),
                Optional.of(new DomainSpec.RootDisk("/var/lib/novamq/instances/1/disk", true)),
                Optional.empty(),
                Optional.empty(),
                "/var/lib/novamq/instances/1/console.log",
                plan.devices(),
                plan.nics().stream().map(NicPlan::device).toList()));
    }
}
