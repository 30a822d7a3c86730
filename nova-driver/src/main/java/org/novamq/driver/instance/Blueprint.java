package org.novamq.driver.instance;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * What an instance's domain is built from. An operation that changes an instance leads from one blueprint to another.
 *
 * @param image the image's reference: in the catalogue, or Glance's id
 * @param flavor the flavor's
 * @param boot its files
 * @param rootGib the flavor's root disk, GiB; 0 for the image's own size
 * @param rootDiskBytes the root disk's size; 0 without one
 * @param configDrive whether the guest has one
 * @param request the plan's request, in the form of the dry run
 * @param plan its answer, likewise
 * @param nicSlots NICs that the domain has room for: those that it was built with, and those that may be hot-plugged
 */
public record Blueprint(
        String image,
        String flavor,
        BootSource boot,
        int rootGib,
        long rootDiskBytes,
        boolean configDrive,
        JsonNode request,
        JsonNode plan,
        int nicSlots) {

    /** Checks that nothing is missing: it may come from a text that somebody has edited. */
    public Blueprint {
        requireNonNull(image, "image is missing");
        requireNonNull(flavor, "flavor is missing");
        requireNonNull(boot, "boot is missing");
        requireNics(request, "request");
        requireNics(plan, "plan");
    }

    private static void requireNics(JsonNode part, String name) {
        if (!requireNonNull(part, () -> name + " is missing").path("nics").isArray()) {
            throw new IllegalArgumentException(name + ".nics is missing");
        }
    }

    /** How many NICs it has. */
    public int nicCount() {
        return request.path("nics").size();
    }

    /** Which of its NICs has this id; Nova calls it the port's. */
    public OptionalInt indexOf(String nic) {
        for (int i = 0; i < nicCount(); i++) {
            if (vif(i).path("id").asText().equals(nic)) {
                return OptionalInt.of(i);
            }
        }
        return OptionalInt.empty();
    }

    /** One NIC's VIF. */
    public JsonNode vif(int index) {
        return request.path("nics").path(index).path("vif");
    }

    /** One NIC's MAC, in lower case. */
    public String mac(int index) {
        return vif(index).path("address").asText().toLowerCase(Locale.ROOT);
    }

    /** One NIC's part of the plan. */
    public JsonNode nicPlan(int index) {
        return plan.path("nics").path(index);
    }

    /** The request, to be changed. */
    public ObjectNode requestCopy() {
        return request.deepCopy();
    }

    /** The same instance planned otherwise. */
    public Blueprint with(ObjectNode changedRequest, JsonNode itsPlan, int slots) {
        return new Blueprint(image, flavor, boot, rootGib, rootDiskBytes, configDrive, changedRequest, itsPlan, slots);
    }

    /** The same from other files. */
    public Blueprint bootingFrom(BootSource other) {
        return new Blueprint(image, flavor, other, rootGib, rootDiskBytes, configDrive, request, plan, nicSlots);
    }

    /** The same with a root disk of this size. */
    public Blueprint withRootDisk(long bytes) {
        return new Blueprint(image, flavor, boot, rootGib, bytes, configDrive, request, plan, nicSlots);
    }
}
