/**
 * Facts of the machine that we run on, read from {@code /proc}, {@code /sys} and {@code /dev}.
 *
 * <p>Reads only, and each reader is a pair: one method that reads and a pure one that parses.
 */
@NullMarked
package org.novamq.driver.host;

import org.jspecify.annotations.NullMarked;
