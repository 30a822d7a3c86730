/** What goes into a plan: the instance in Nova's words, and the limits of the host. */
@NullMarked
package org.novamq.vif.request;

import org.jspecify.annotations.NullMarked;
