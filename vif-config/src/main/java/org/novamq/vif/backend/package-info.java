/** Nova's VIF types, and what each becomes on a libvirt host. */
@NullMarked
package org.novamq.vif.backend;

import org.jspecify.annotations.NullMarked;
