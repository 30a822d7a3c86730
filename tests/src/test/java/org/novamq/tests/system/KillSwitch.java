package org.novamq.tests.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jboss.byteman.agent.Main;

/**
 * Ends the service, without a chance to do anything more, after the n-th step that changes something: a call of libvirt's
 * or one that makes or deletes files. Steps count from the moment at which it is armed.
 */
final class KillSwitch {
    private static final String LIBVIRT = "org.novamq.driver.libvirt.LibvirtHypervisor";
    private static final String FILES = "org.novamq.driver.instance.InstanceFiles";

    private static final List<String> CALLS = List.of(
            "define(String, Runnable)",
            "start",
            "startPaused",
            "shutdown",
            "suspend",
            "resume",
            "destroy(UUID)",
            "undefine(UUID)",
            "setMetadata",
            "attachDevice",
            "detachDevice",
            "dropSaved",
            "save");

    private static final List<String> FILE_STEPS = List.of(
            "create",
            "delete",
            "stashDisk",
            "growDisk",
            "restoreDisk",
            "dropStash",
            "prepareRebuilt",
            "adoptRebuilt",
            "dropRebuilt",
            "writeConfigDrive",
            "prepareRescue",
            "giveRescueConfigDrive",
            "dropRescue");

    private final Path rules;
    private final Path armed;

    /** @param directory of its own */
    KillSwitch(Path directory) {
        this.rules = directory.resolve("kill.btm");
        this.armed = directory.resolve("armed");
    }

    /** The options that Java needs to end after this step. */
    String after(int step) {
        StringBuilder script = new StringBuilder();
        CALLS.forEach(call -> script.append(rule(LIBVIRT, call, step)));
        FILE_STEPS.forEach(call -> script.append(rule(FILES, call, step)));
        try {
            Files.createDirectories(rules.getParent());
            Files.writeString(rules, script);
            Files.deleteIfExists(armed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path agent = Path.of(
                Main.class.getProtectionDomain().getCodeSource().getLocation().getPath());
        return "-javaagent:" + agent + "=script:" + rules;
    }

    private String rule(String type, String method, int step) {
        return """
                RULE %1$s %2$s
                CLASS %1$s
                METHOD %2$s
                AT EXIT
                BIND armed : java.io.File = new java.io.File("%3$s")
                IF armed.exists() && incrementCounter("steps") == %4$d && armed.delete()
                DO traceln("ended after step %4$d, %2$s"), killJVM()
                ENDRULE

                """.formatted(type, method, armed, step);
    }

    void arm() {
        try {
            Files.createFile(armed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Whoever takes the mark away decides, so that the service cannot end after we have seen it alive.
     *
     * @return whether it came too late: the service has ended, or will at once
     */
    boolean disarm() {
        try {
            return !Files.deleteIfExists(armed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
