/**
 * The whole system: the built service as a process, its command line, a libvirtd of the sandbox's own, real guests.
 *
 * <p>One service for each class ({@link org.novamq.tests.system.TestHost}), and after each test the host must be as it was
 * before: no domain, no tap, no file more.
 */
@NullMarked
package org.novamq.tests.system;

import org.jspecify.annotations.NullMarked;
