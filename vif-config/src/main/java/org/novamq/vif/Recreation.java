package org.novamq.vif;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.novamq.image.InvalidRequestException;
import org.novamq.vif.frontend.DriverElement;
import org.novamq.vif.queue.Ledger;
import org.novamq.vif.queue.Limit;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.NicRequest;
import org.novamq.vif.request.PlanRequest;

/**
 * Whether a host would make a running instance's NICs again exactly as they are. Asked of another host before a migration,
 * which must not change a device under its guest; asked of the same host it tells what a changed configuration will change
 * at the next hard reboot. Pure.
 */
public final class Recreation {
    private Recreation() {}

    /**
     * A NIC as it runs.
     *
     * @param queues absent for one that is handed over whole
     */
    public record Running(Optional<Integer> queues, Optional<DriverElement> driver) {}

    /**
     * Something that would be otherwise.
     *
     * @param nic its id; empty where it is about the instance
     * @param field {@code queues}, {@code tap}, {@code driver}, {@code packed}, {@code rx_queue_size}, {@code
     *     tx_queue_size}, {@code irq_routes}, {@code vhost_memory}, {@code host}, or a field of the request that is refused
     * @param has what it has
     * @param would what the host would give
     * @param message the same in words, with the limit and its origin where one is the reason
     */
    public record Difference(String nic, String field, String has, String would, String message) {}

    /**
     * All that would be otherwise; nothing if the host makes the same.
     *
     * @param request the instance's
     * @param running its NICs, in the request's order
     */
    public static List<Difference> differences(PlanRequest request, HostLimits host, List<Running> running) {
        InstancePlan plan;
        try {
            plan = InstancePlanner.plan(request.withNics(kept(request, running)), host);
        } catch (InvalidRequestException e) {
            return e.problems().stream()
                    .map(problem -> new Difference("", problem.field(), "", "refused", problem.message()))
                    .toList();
        }
        List<Difference> differences = new ArrayList<>();
        for (int i = 0; i < running.size(); i++) {
            compare(running.get(i), plan.nics().get(i), differences);
        }
        addTotals(plan, host, differences);
        return differences;
    }

    private static List<NicRequest> kept(PlanRequest request, List<Running> running) {
        List<NicRequest> nics = new ArrayList<>();
        for (int i = 0; i < request.nics().size(); i++) {
            NicRequest nic = request.nics().get(i);
            nics.add(running.get(i).queues().map(nic::keeping).orElse(nic));
        }
        return nics;
    }

    private static void compare(Running has, NicPlan would, List<Difference> differences) {
        String nic = would.id();
        if (!has.queues().equals(would.granted())) {
            differences.add(new Difference(
                    nic,
                    "queues",
                    text(has.queues()),
                    text(would.granted()),
                    "NIC " + nic + " has " + text(has.queues()) + " queues and would have " + text(would.granted())
                            + why(would)));
        }
        boolean multiqueue = has.queues().orElse(1) > 1;
        if (multiqueue != would.granted().orElse(1) > 1) {
            differences.add(new Difference(
                    nic,
                    "tap",
                    mode(multiqueue),
                    mode(!multiqueue),
                    "NIC " + nic + " has a tap that is " + mode(multiqueue) + ", which cannot become "
                            + mode(!multiqueue)));
        }
        compare(nic, "driver", DriverElement::name, has, would, differences);
        compare(nic, "packed", driver -> Optional.of(driver.packed()), has, would, differences);
        compare(nic, "rx_queue_size", DriverElement::rxQueueSize, has, would, differences);
        compare(nic, "tx_queue_size", DriverElement::txQueueSize, has, would, differences);
    }

    private static void compare(
            String nic,
            String field,
            Function<DriverElement, Optional<?>> value,
            Running has,
            NicPlan would,
            List<Difference> differences) {
        Optional<?> old = value.apply(has.driver().orElse(DriverElement.NONE));
        Optional<?> now = value.apply(would.device().driver().orElse(DriverElement.NONE));
        if (!Objects.equals(old, now)) {
            differences.add(new Difference(
                    nic,
                    field,
                    text(old),
                    text(now),
                    "NIC " + nic + " has " + field + " " + text(old) + " and would have " + text(now)));
        }
    }

    /** Kept grants are never lowered for what instances share, so that is looked at here. */
    private static void addTotals(InstancePlan plan, HostLimits host, List<Difference> differences) {
        Ledger ledger = plan.ledger();
        addIfOver("irq_routes", ledger.irqRoutes(), Optional.of(Ledger.KVM_MAX_IRQ_ROUTES), differences);
        addIfOver("vhost_memory", ledger.vhostMemoryKib(), host.vhostMemoryLimitKib(), differences);
        int queues = plan.nics().stream()
                .filter(nic -> nic.reservedVectors() > 0)
                .mapToInt(nic -> nic.granted().orElse(0))
                .sum();
        addIfOver("host", host.hostQueuesUsed() + queues, host.hostMaxQueues(), differences);
    }

    private static void addIfOver(String field, int takes, Optional<Integer> limit, List<Difference> differences) {
        if (limit.isPresent() && takes > limit.get()) {
            differences.add(new Difference(
                    "",
                    field,
                    String.valueOf(takes),
                    String.valueOf(limit.get()),
                    "the instance needs " + takes + " of " + field + ", the host has " + limit.get()));
        }
    }

    private static String why(NicPlan plan) {
        if (plan.limits().isEmpty()) {
            return "";
        }
        Limit last = plan.limits().get(plan.limits().size() - 1);
        return ": " + last.name().text() + " is " + last.value() + " (" + last.origin() + ")";
    }

    private static String mode(boolean multiqueue) {
        return multiqueue ? "multi_queue" : "single-queue";
    }

    private static String text(Optional<?> value) {
        return value.map(Object::toString).orElse("none");
    }
}
