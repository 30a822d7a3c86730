/** What comes out, beside what Nova gives for the same request: executed cases, an oracle, goldens, libvirt's schema. */
@NullMarked
package org.novamq.tests.vif;

import org.jspecify.annotations.NullMarked;
