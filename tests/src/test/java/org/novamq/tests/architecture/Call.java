package org.novamq.tests.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import java.util.Set;

/** A call of one of a class's methods. */
final class Call extends DescribedPredicate<JavaMethodCall> {
    private final Class<?> owner;
    private final Set<String> methods;

    Call(Class<?> owner, String... methods) {
        super("a call of " + owner.getSimpleName() + "." + String.join("/", methods));
        this.owner = owner;
        this.methods = Set.of(methods);
    }

    @Override
    public boolean test(JavaMethodCall call) {
        return call.getTargetOwner().isEquivalentTo(owner) && methods.contains(call.getName());
    }
}
