package org.novamq.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Domains that somebody else has defined are none of our business, whatever they are called. */
class ForeignDomainIT {
    @RegisterExtension
    static final TestHost host = TestHost.named("foreign");

    private final String uuid = UUID.randomUUID().toString();
    private final Client client = host.client();
    private String xml = "";

    @BeforeEach
    void define() {
        String text = "<domain type='qemu'><name>" + LiveDomain.name(uuid) + "</name><uuid>" + uuid + "</uuid>"
                + "<metadata><other:instance xmlns:other='http://example.com/other'>{}</other:instance></metadata>"
                + "<memory unit='MiB'>64</memory><os><type arch='x86_64'>hvm</type></os></domain>";
        Sandbox.virsh(
                        "define",
                        Images.text(host.instances().resolveSibling("foreign.xml"), text)
                                .toString())
                .sound();
        Sandbox.virsh("start", uuid).sound();
        xml = Sandbox.virsh("dumpxml", uuid).sound();
    }

    @AfterEach
    void remove() throws java.io.IOException {
        Sandbox.virsh("destroy", uuid);
        Sandbox.virsh("undefine", uuid);
        java.nio.file.Files.deleteIfExists(host.instances().resolveSibling("foreign.xml"));
    }

    @Test
    void isNeitherShownNorTouched() {
        assertThat(host.servers().ids()).isEmpty();
        assertThat(client.get(Servers.PATH + "/detail").expect(200).path("servers"))
                .isEmpty();
        assertThat(host.novamq("list", "--json").sound()).doesNotContain(uuid);
        assertThat(client.get(Servers.path(uuid)).refusal(404, "itemNotFound")).contains(uuid);
        assertThat(client.delete(Servers.path(uuid)).refusal(404, "itemNotFound"))
                .contains(uuid);
        client.get(Servers.queuesPath(uuid)).refusal(404, "itemNotFound");
        client.post(Servers.path(uuid) + "/action", "{\"os-getConsoleOutput\": {}}")
                .refusal(404, "itemNotFound");
        assertThat(host.novamq("delete", uuid).status()).isEqualTo(1);
        assertThat(Sandbox.virsh("dumpxml", uuid).sound()).isEqualTo(xml);
    }

    @Test
    void itsUuidIsTaken() {
        ServerBody body = new ServerBody("mine").uuid(UUID.fromString(uuid)).nic("data");
        assertThat(client.post(Servers.PATH, body.json()).refusal(409, "conflictingRequest"))
                .contains(uuid);
        assertThat(Sandbox.virsh("dumpxml", uuid).sound()).isEqualTo(xml);
    }

    @Test
    void survivesRestartOfTheService() {
        host.service().kill();
        host.service().start();
        assertThat(host.servers().ids()).isEmpty();
        assertThat(Sandbox.virsh("dumpxml", uuid).sound()).isEqualTo(xml);
    }
}
