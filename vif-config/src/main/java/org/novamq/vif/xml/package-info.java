/** The one emitter of libvirt XML: a stream writer, and one small class per element. */
@NullMarked
package org.novamq.vif.xml;

import org.jspecify.annotations.NullMarked;
