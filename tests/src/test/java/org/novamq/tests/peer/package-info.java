/** Nova's own code beside us: the scripts of {@code tests/peer}, run with Debian's Python. */
@NullMarked
package org.novamq.tests.peer;

import org.jspecify.annotations.NullMarked;
