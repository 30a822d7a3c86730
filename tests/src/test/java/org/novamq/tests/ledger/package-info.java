/**
 * The ledger beside real guests: what was charged for a domain of ours, and what its guest has taken.
 *
 * <p>Domains are planned, written and started as the service does it, only without the service in between.
 */
@NullMarked
package org.novamq.tests.ledger;

import org.jspecify.annotations.NullMarked;
