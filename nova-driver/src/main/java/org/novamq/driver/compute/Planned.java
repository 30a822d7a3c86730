package org.novamq.driver.compute;

import org.novamq.driver.instance.Blueprint;
import org.novamq.vif.InstancePlan;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.PlanRequest;

/**
 * A plan with all that a domain is built from.
 *
 * @param blueprint the same in the form of the record
 * @param request what was asked
 * @param host the limits it was planned under
 */
public record Planned(Blueprint blueprint, PlanRequest request, HostLimits host, InstancePlan plan) {}
