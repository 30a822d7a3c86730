/**
 * The compute driver: instances are spawned, destroyed and looked at here, in Nova's words and over resolved values.
 *
 * <p>State lives in libvirt: a domain is defined before anything else is made, and its metadata says how far its
 * instance has come. This room knows the hypervisor's port, disks and host facts; it knows no HTTP.
 */
@NullMarked
package org.novamq.driver.compute;

import org.jspecify.annotations.NullMarked;
