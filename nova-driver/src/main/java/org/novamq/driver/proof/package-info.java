/**
 * Whether guests use what was planned for them: evidence from the host and from the guest agent, and a verdict for each
 * NIC.
 */
@NullMarked
package org.novamq.driver.proof;

import org.jspecify.annotations.NullMarked;
