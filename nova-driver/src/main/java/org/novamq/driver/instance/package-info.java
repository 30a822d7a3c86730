/**
 * What an instance is, and where that is kept: its record in libvirt's {@code <metadata>}, its domain as libvirt has it,
 * its files. Nothing here decides or starts anything.
 */
@NullMarked
package org.novamq.driver.instance;

import org.jspecify.annotations.NullMarked;
