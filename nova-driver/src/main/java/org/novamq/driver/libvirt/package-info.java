/**
 * The hypervisor as pure types, and libvirt behind it.
 *
 * <p>This is the only package that may mention {@code org.libvirt} or {@code com.sun.jna}. Everyone else sees {@link
 * org.novamq.driver.libvirt.Hypervisor} and its records. Native code is loaded by the first call on {@link
 * org.novamq.driver.libvirt.LibvirtHypervisor}, so commands that only compute load none.
 */
@NullMarked
package org.novamq.driver.libvirt;

import org.jspecify.annotations.NullMarked;
