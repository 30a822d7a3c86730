/** What a plan and its XML cost, and what Nova's own code needs for the same request in the same run. */
@NullMarked
package org.novamq.tests.bench;

import org.jspecify.annotations.NullMarked;
