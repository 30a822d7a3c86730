package org.novamq.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;

/** Ends the service after every step of an operation, and looks at what is made of that. */
abstract class KilledAtEveryStep {
    static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int MORE_STEPS_THAN_ANY_HAS = 30;

    private final TestHost host;
    private final KillSwitch killSwitch;
    final Servers servers;

    KilledAtEveryStep(TestHost host, Path directory) {
        this.host = host;
        this.killSwitch = new KillSwitch(directory);
        this.servers = host.servers();
    }

    /** What is done while the service may end at any moment, and what must hold afterwards. */
    interface Operation {
        /** An instance in the state that it needs; null where it makes its own. */
        String prepare();

        void request(String id);

        /** Whether nothing more will happen. */
        boolean isSettled(String id);

        void check(String id);
    }

    @AfterEach
    void disarm() {
        killSwitch.disarm();
        host.service().stop();
        host.service().start();
    }

    /** Ends it after the first step, the second, … until the operation has no more. */
    void atEveryStep(Operation operation, int atLeast) {
        int step = 1;
        boolean ended = true;
        restart(step);
        while (ended) {
            assertThat(step).isLessThan(MORE_STEPS_THAN_ANY_HAS);
            String id = operation.prepare();
            killSwitch.arm();
            request(operation, id);
            await().atMost(LIMIT)
                    .ignoreException(UncheckedIOException.class)
                    .until(() -> !host.service().isAlive() || operation.isSettled(id));
            ended = killSwitch.disarm();
            if (ended) {
                host.service().awaitEnd();
                restart(step + 1);
                await("step " + step + " to be settled").atMost(LIMIT).until(() -> operation.isSettled(id));
            }
            operation.check(id);
            if (host.client().get(Servers.path(id)).status() == 200) {
                servers.delete(id);
            }
            assertThat(Footprint.tapsNow()).as("after step %s", step).isEmpty();
            assertThat(Footprint.filesBelow(host.instances()))
                    .as("after step %s", step)
                    .containsExactly("");
            assertThat(Sandbox.domains()).as("after step %s", step).isEmpty();
            step++;
        }
        assertThat(step - 2).as("steps after which it was ended").isGreaterThanOrEqualTo(atLeast);
    }

    /** The service that recovers from one end is the one that is ended next. */
    private void restart(int endAfter) {
        host.service().stop();
        host.service().startWith(killSwitch.after(endAfter));
    }

    /** The connection breaks when the service ends. */
    private static void request(Operation operation, String id) {
        try {
            operation.request(id);
        } catch (UncheckedIOException e) {
            assertThat(e.getCause()).isNotNull();
        }
    }

    void checkNics(String id, Set<Integer> counts) {
        int listed = host.client()
                .get(Servers.interfacesPath(id))
                .expect(200)
                .path("interfaceAttachments")
                .size();
        assertThat(listed).isIn(counts);
        assertThat(LiveDomain.of(id).count("//interface"))
                .as("in the running domain")
                .isEqualTo(listed);
        String stored =
                Sandbox.virsh("dumpxml", "--inactive", LiveDomain.name(id)).sound();
        assertThat(stored.split("<interface ", -1)).as("in the definition").hasSize(listed + 1);
        assertThat(Footprint.tapsNow()).hasSize(listed);
    }

    /** On an instance that runs. */
    abstract class Running implements Operation {
        private final String image;
        private final String flavor;

        Running(String image, String flavor) {
            this.image = image;
            this.flavor = flavor;
        }

        @Override
        public String prepare() {
            String id = servers.boot(body());
            servers.awaitActive(id);
            return id;
        }

        ServerBody body() {
            return new ServerBody("running").image(image).flavor(flavor).nic("data", 1);
        }

        @Override
        public boolean isSettled(String id) {
            return servers.show(id).path("OS-EXT-STS:task_state").isNull();
        }
    }
}
