/** The command line: a thin client of the service, and the dry run without one. */
@NullMarked
package org.novamq.driver.cli;

import org.jspecify.annotations.NullMarked;
