package org.novamq.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many callers, and fewer builders than builds. */
class TwoAtOnceIT {
    private static final int INSTANCES = 6;

    @RegisterExtension
    static final TestHost host = TestHost.named("two-at-once", scene -> scene.setting("max_concurrent_builds", 2));

    private final Servers servers = host.servers();

    @RepeatedTest(3)
    void oneOfTwoEqualRequestsIsAccepted() throws Exception {
        UUID uuid = UUID.randomUUID();
        ServerBody body = new ServerBody("twin").uuid(uuid).nic("data");
        List<Integer> statuses = AtOnce.call(2, () -> host.client().post(Servers.PATH, body.json())).stream()
                .map(Client.Answer::status)
                .sorted()
                .toList();
        assertThat(statuses).containsExactly(202, 409);
        servers.awaitActive(uuid.toString());
        assertThat(servers.ids()).containsExactly(uuid.toString());
        servers.delete(uuid.toString());
    }

    @Test
    void sixBootsAtOnceAreAllBuilt() throws Exception {
        List<String> ids = AtOnce.call(INSTANCES, () -> servers.boot(new ServerBody("one of six").nic("data", 1)));
        assertThat(ids).doesNotHaveDuplicates();
        ids.forEach(servers::awaitActive);
        assertThat(servers.ids()).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(Footprint.tapsNow()).hasSize(INSTANCES);
        ids.forEach(id -> host.client().delete(Servers.path(id)).expect(204));
        ids.forEach(servers::awaitGone);
    }

    /** The last ones wait for a builder, and are deleted before they get one. */
    @Test
    void whatIsDeletedBeforeItsTurnIsNotBuilt() {
        List<String> ids = IntStream.range(0, INSTANCES)
                .mapToObj(i -> servers.boot(new ServerBody("deleted " + i).nic("data")))
                .toList();
        List<String> backwards = new ArrayList<>(ids);
        java.util.Collections.reverse(backwards);
        backwards.forEach(id -> host.client().delete(Servers.path(id)).expect(204));
        ids.forEach(servers::awaitGone);
        // one more, so that every builder has had its turn at what was before it
        String last = servers.boot(new ServerBody("last").nic("data"));
        servers.awaitActive(last);
        assertThat(servers.ids()).containsExactly(last);
        servers.delete(last);
    }

    /** Two deletions of one instance: both know it or the second no longer does, and it is gone. */
    @Test
    void twoDeletionsOfOneInstanceAreOne() throws Exception {
        String id = servers.boot(new ServerBody("deleted twice").nic("data"));
        servers.awaitActive(id);
        List<Integer> statuses = AtOnce.call(2, () -> host.client().delete(Servers.path(id))).stream()
                .map(Client.Answer::status)
                .toList();
        assertThat(statuses).contains(204).allMatch(status -> status == 204 || status == 404);
        servers.awaitGone(id);
    }
}
