/**
 * What an image, a flavor and a {@code --nic} option say about an instance's NICs, as typed and checked values.
 *
 * <p>The ground floor: it knows Nova's words and oslo's grammar, and nothing of libvirt, JSON or files. Every reader
 * takes plain strings and numbers, puts what is wrong into {@link org.novamq.image.Findings}, and goes on, so that a
 * user sees all the problems of an input at once.
 */
@NullMarked
package org.novamq.image;

import org.jspecify.annotations.NullMarked;
