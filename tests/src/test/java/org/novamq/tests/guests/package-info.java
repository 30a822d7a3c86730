/** The table of guest systems, against the package that it is generated from. */
@NullMarked
package org.novamq.tests.guests;

import org.jspecify.annotations.NullMarked;
