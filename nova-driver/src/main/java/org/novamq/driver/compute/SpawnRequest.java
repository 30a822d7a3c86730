package org.novamq.driver.compute;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import org.novamq.driver.instance.BootSource;
import org.novamq.image.Findings;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.PlanRequest;

/**
 * An instance to be made, everything resolved.
 *
 * @param request what the plan depends on
 * @param host the limits it is planned under
 * @param requestJson the same request in the form of the dry run, for the record
 * @param findings what reading the request has already found worth a warning
 * @param boot its files
 * @param rootGib the flavor's root disk, GiB; 0 means the image's own size
 * @param configDrive whether the guest is to have one
 * @param image the image's reference, for the record
 * @param flavor the flavor's
 * @param metadata the user's own keys and values
 * @param domain libvirt's name of it; absent for one made of its uuid
 * @param fetch what is to be brought from Glance before its files can be looked at
 * @param powerOn whether it is to run once it is made
 */
public record SpawnRequest(
        PlanRequest request,
        HostLimits host,
        ObjectNode requestJson,
        Findings findings,
        BootSource boot,
        int rootGib,
        boolean configDrive,
        String image,
        String flavor,
        Map<String, String> metadata,
        Optional<String> domain,
        Fetch fetch,
        boolean powerOn) {}
