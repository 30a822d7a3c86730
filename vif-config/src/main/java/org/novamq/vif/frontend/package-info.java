/** What the guest sees of a NIC: its model, and the attributes of libvirt's driver element. */
@NullMarked
package org.novamq.vif.frontend;

import org.jspecify.annotations.NullMarked;
