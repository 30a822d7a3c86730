package org.novamq.tests.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Set;

/** What of java.io reaches beyond memory: all but the in-memory writer and what exceptions are made of. */
final class NotInMemory extends DescribedPredicate<JavaClass> {
    private static final Set<String> IN_MEMORY =
            Set.of("StringWriter", "Writer", "Serializable", "ObjectStreamException");

    NotInMemory() {
        super("not in memory");
    }

    @Override
    public boolean test(JavaClass type) {
        return !IN_MEMORY.contains(type.getSimpleName());
    }
}
