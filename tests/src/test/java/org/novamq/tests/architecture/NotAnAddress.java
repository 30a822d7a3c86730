package org.novamq.tests.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;

/** What of java.net is more than the value of an address. */
final class NotAnAddress extends DescribedPredicate<JavaClass> {
    NotAnAddress() {
        super("not an address");
    }

    @Override
    public boolean test(JavaClass type) {
        return !type.getSimpleName().matches("Inet[46]?Address");
    }
}
