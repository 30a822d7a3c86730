package org.novamq.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.novamq.driver.config.NovaMqConfiguration;

/** {@code README.rst}: the configuration. */
class ReadmeTablesTest {
    /** Every key with its default, in the order of the code. */
    @Test
    void configurationKeysAndDefaults() throws IOException, ReflectiveOperationException {
        Map<String, String> documented = new LinkedHashMap<>();
        for (List<String> row : RstDocument.read("README.rst").table("Key")) {
            RstDocument.literals(row.get(0))
                    .forEach(key ->
                            documented.put(key, row.get(1).replace("`", "").replace(",", "")));
        }
        assertThat(documented).containsExactlyEntriesOf(defaults());
    }

    private static Map<String, String> defaults() throws ReflectiveOperationException {
        NovaMqConfiguration configuration = new NovaMqConfiguration();
        Map<String, String> defaults = new LinkedHashMap<>();
        for (Field field : Arrays.asList(NovaMqConfiguration.class.getDeclaredFields())) {
            JsonProperty key = field.getAnnotation(JsonProperty.class);
            if (key != null) {
                field.setAccessible(true);
                defaults.put(key.value(), text(field.get(configuration)));
            }
        }
        return defaults;
    }

    private static String text(@Nullable Object value) {
        if (value == null) {
            return "unset";
        }
        return value instanceof Collection<?> ? "none" : value.toString().toLowerCase(Locale.ROOT);
    }
}
