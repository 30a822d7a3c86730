package org.novamq.driver.compute;

import java.util.List;
import java.util.Optional;
import org.novamq.driver.glance.GlanceImage;
import org.novamq.driver.glance.ImageCache;
import org.novamq.driver.glance.Token;

/**
 * What is to be brought from Glance before an instance can be made. It is in memory only: where a service ends before it
 * is done, what it was for fails.
 *
 * @param token of the user who asks
 */
public record Fetch(List<GlanceImage> images, Optional<Token> token) {
    /** Nothing: all files are there. */
    public static final Fetch NONE = new Fetch(List.of(), Optional.empty());

    /**
     * Brings them, or finds them there.
     *
     * @param stillWanted throws where they are not any more
     * @throws org.novamq.driver.glance.GlanceException they cannot be had
     */
    void into(ImageCache cache, Runnable stillWanted) {
        images.forEach(image -> cache.bring(image, token, stillWanted));
    }
}
