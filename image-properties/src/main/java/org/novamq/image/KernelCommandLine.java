package org.novamq.image;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The parameters of a Linux kernel's command line that change the guest's interrupt vectors. Source: Linux,
 * Documentation/admin-guide/kernel-parameters.txt.
 *
 * @param text the image's {@code os_command_line}; empty where there is none
 */
public record KernelCommandLine(String text) {
    /** A kernel without parameters. */
    public static final KernelCommandLine NONE = new KernelCommandLine("");

    private static final Pattern CPUS = Pattern.compile("(?:nr_cpus|maxcpus)=([0-9]{1,6})");
    private static final List<String> WITHOUT_APIC = List.of("nolapic", "disableapic");
    private static final String PCI = "pci=";

    /**
     * Returns the most CPUs that the kernel brings online: the least of {@code nr_cpus=N}, {@code maxcpus=N} and {@code
     * nosmp}, at least 1 ({@code maxcpus=0} and {@code nosmp} leave the boot CPU). Empty where no parameter limits them.
     */
    public OptionalInt maxCpus() {
        return parameters().flatMapToInt(KernelCommandLine::cpus).min();
    }

    /** Tells whether the kernel uses no MSI vectors at all: {@code pci=nomsi}, {@code nolapic}, {@code disableapic}. */
    public boolean isWithoutMsi() {
        return parameters()
                .anyMatch(parameter -> WITHOUT_APIC.contains(parameter)
                        || (parameter.startsWith(PCI)
                                && Arrays.asList(parameter
                                                .substring(PCI.length())
                                                .split(",", -1))
                                        .contains("nomsi")));
    }

    /** Tells whether the kernel leaves the IO-APIC alone ({@code noapic}): the 16 ISA interrupts then keep their vectors. */
    public boolean isWithoutIoApic() {
        return parameters().anyMatch("noapic"::equals);
    }

    private static IntStream cpus(String parameter) {
        if (parameter.equals("nosmp")) {
            return IntStream.of(1);
        }
        Matcher limit = CPUS.matcher(parameter);
        return limit.matches() ? IntStream.of(Math.max(1, Integer.parseInt(limit.group(1)))) : IntStream.empty();
    }

    /** The kernel's own parameters: those after {@code --} are for init. */
    private Stream<String> parameters() {
        return Arrays.stream(text.strip().split("\\s+")).takeWhile(parameter -> !parameter.equals("--"));
    }
}
