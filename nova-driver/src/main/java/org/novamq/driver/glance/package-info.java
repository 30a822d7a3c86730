/**
 * Images from Glance: fetched with the token of the user who asks, held against their hash, checked, and kept in a cache
 * under names that say what they must contain. Knows HTTP and files; no instance and no hypervisor.
 */
@NullMarked
package org.novamq.driver.glance;

import org.jspecify.annotations.NullMarked;
