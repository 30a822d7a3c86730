/**
 * The disks of instances: is a base image what it says it is, and the overlay that an instance writes to.
 *
 * <p>Touches image files, {@code instances_path} and the program {@code qemu-img}; knows nothing of libvirt, of flavors or
 * of the API.
 */
@NullMarked
package org.novamq.driver.disk;

import org.jspecify.annotations.NullMarked;
