package org.novamq.driver.api;

import java.util.UUID;
import org.novamq.driver.instance.InstanceException;
import org.novamq.driver.json.InstanceIds;
import org.novamq.image.Texts;

/** Instance ids in paths. */
final class Ids {
    private Ids() {}

    /** What is no uuid is the id of no instance. */
    static UUID parse(String id) {
        return InstanceIds.parseUuid(id)
                .orElseThrow(() -> new InstanceException(
                        InstanceException.Reason.NOT_FOUND, "Instance " + Texts.quote(id) + " could not be found."));
    }
}
