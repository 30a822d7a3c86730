/** How many queues each NIC asks for, what caps it, what the guest's vectors allow, and how they are shared. */
@NullMarked
package org.novamq.vif.queue;

import org.jspecify.annotations.NullMarked;
