/**
 * The service: a thin face over the compute driver, in Nova's paths, bodies and status codes, and the dry run beside it.
 * It reads requests, calls, and writes answers; it decides nothing.
 */
@NullMarked
package org.novamq.driver.api;

import org.jspecify.annotations.NullMarked;
