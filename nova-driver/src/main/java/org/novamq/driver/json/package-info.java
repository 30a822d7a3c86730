/**
 * The JSON of requests and answers: strict reading with every problem collected, and writing in the contract's order.
 * Knows Jackson and the two pure modules; no I/O.
 */
@NullMarked
package org.novamq.driver.json;

import org.jspecify.annotations.NullMarked;
