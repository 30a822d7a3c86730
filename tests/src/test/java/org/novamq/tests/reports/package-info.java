/** Inputs from public reports, each with its right answer. */
@NullMarked
package org.novamq.tests.reports;

import org.jspecify.annotations.NullMarked;
