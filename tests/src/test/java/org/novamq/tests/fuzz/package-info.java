/**
 * Fuzz tests (Jazzer): no input makes a parser or the emitter throw anything but the typed refusal, and no text breaks out
 * of its place. One test a class, because Jazzer fuzzes one a JVM. An ordinary build replays the inputs that are kept in
 * {@code src/test/resources/fuzz}; {@code -Dnovamq.full=true} fuzzes each for a minute.
 */
@NullMarked
package org.novamq.tests.fuzz;

import org.jspecify.annotations.NullMarked;
