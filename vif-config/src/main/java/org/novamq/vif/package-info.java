/**
 * The decision: from a request and a host's limits to a plan that carries its own reasons, and from the plan to domain
 * XML.
 *
 * <p>Pure: no I/O, no clock, no libvirt, no logging. {@link org.novamq.vif.InstancePlanner} is the door; behind it lie
 * {@code request} (what goes in), {@code backend} (VIF types), {@code queue} (wish, caps, ledger, split) and {@code xml}
 * (the only emitter, for boot and hot-plug alike). Imports run from the door inwards: {@code xml} and {@code queue} know
 * {@code backend}, which knows {@code request}.
 */
@NullMarked
package org.novamq.vif;

import org.jspecify.annotations.NullMarked;
