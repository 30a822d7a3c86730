/** The service's one YAML file, and what it declares: flavors, images and networks. */
@NullMarked
package org.novamq.driver.config;

import org.jspecify.annotations.NullMarked;
