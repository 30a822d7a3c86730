/** The specification's tables, held against the code: what they say is what it does. */
@NullMarked
package org.novamq.tests.docs;

import org.jspecify.annotations.NullMarked;
