package org.novamq.driver.compute;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.lenient;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.novamq.driver.libvirt.Domain;
import org.novamq.driver.libvirt.DomainMetadata;
import org.novamq.driver.libvirt.Hypervisor;
import org.novamq.driver.libvirt.PowerState;

/** A hypervisor that remembers the one domain that it was given last. */
final class OneDomain {
    private static final Pattern NAME = Pattern.compile("<name>(.*?)</name>");

    private final UUID id;

    /** Its document, if it has one. */
    Optional<String> defined = Optional.empty();

    PowerState power = PowerState.SHUTDOWN;

    private OneDomain(UUID id) {
        this.id = id;
    }

    /** Has a mock answer so. */
    static OneDomain behind(Hypervisor mock, UUID id) {
        OneDomain domain = new OneDomain(id);
        lenient()
                .doAnswer(call -> {
                    domain.defined = Optional.of(call.getArgument(0));
                    return null;
                })
                .when(mock)
                .define(any(), any());
        lenient().when(mock.find(id)).thenAnswer(call -> domain.all().stream().findFirst());
        lenient().when(mock.list()).thenAnswer(call -> domain.all());
        lenient()
                .doAnswer(call -> {
                    DomainMetadata metadata = call.getArgument(1);
                    domain.write(metadata.xml().replaceAll("</?instance>", ""));
                    return null;
                })
                .when(mock)
                .setMetadata(eq(id), any());
        return domain;
    }

    private void write(String record) {
        defined = defined.map(xml -> xml.replaceAll(
                "(?s)(<novamq:instance [^>]*>).*(</novamq:instance>)", "$1" + Matcher.quoteReplacement(record) + "$2"));
    }

    private List<Domain> all() {
        return defined.map(xml -> List.of(new Domain(id, name(xml), power, xml, false)))
                .orElse(List.of());
    }

    private static String name(String xml) {
        Matcher name = NAME.matcher(xml);
        return name.find() ? name.group(1) : "";
    }
}
