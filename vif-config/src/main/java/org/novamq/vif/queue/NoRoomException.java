package org.novamq.vif.queue;

import java.util.List;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.Problem;

/** The running guest leaves not even one queue for a new NIC. The request is sound; the instance's state is in its way. */
public final class NoRoomException extends InvalidRequestException {
    private static final long serialVersionUID = 1L;

    NoRoomException(List<Problem> problems) {
        super(problems);
    }
}
