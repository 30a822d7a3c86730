package org.novamq.driver.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.NicWish;
import org.novamq.image.Problem;
import org.novamq.vif.request.ConflictRule;
import org.novamq.vif.request.DeviceCount;
import org.novamq.vif.request.DeviceKind;
import org.novamq.vif.request.FormerWish;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.HostPciDevice;
import org.novamq.vif.request.PciId;

/** The dry run's request: what is read, what is refused, and in which words. */
class PlanRequestReaderTest {
    private static final String UUID = "b7c95471-0b82-469f-8962-7b9dabbe3ed5";
    private static final String VIF =
            "{'id':'p1','address':'fa:16:3e:00:00:01','type':'bridge','network':{'id':'n1','bridge':'br0'}}";

    /** Quotes are written as apostrophes here. */
    private static ObjectNode json(String text) {
        return Json.parseObject(text.replace('\'', '"'));
    }

    private static ObjectNode request() {
        return json("{'instance':{'uuid':'" + UUID + "','name':'vm'},'flavor':{'vcpus':4},'image':{},'virt_type':'kvm',"
                + "'nics':[{'vif':" + VIF + "}]}");
    }

    private static PlanRequestReader.Question read(ObjectNode request) {
        return PlanRequestReader.read(request, HostLimits.DEFAULT);
    }

    private static List<Problem> problems(ObjectNode request) {
        try {
            read(request).findings().throwIfAny();
            return List.of();
        } catch (InvalidRequestException refused) {
            return refused.problems();
        }
    }

    private static Problem onlyProblem(ObjectNode request) {
        List<Problem> problems = problems(request);
        assertThat(problems).hasSize(1);
        return problems.get(0);
    }

    @Test
    void aNumberBeyondAllBoundsIsNoJson() {
        assertThatThrownBy(() -> Json.parseObject("-444444441e10000004" + "4".repeat(80)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("a number in it is beyond all bounds");
    }

    /** The object at a JSON pointer, of the request's own. */
    private static ObjectNode at(ObjectNode request, String pointer) {
        return (ObjectNode) request.at(pointer);
    }

    @Test
    void theLeastThatIsARequest() {
        var request = read(request()).request();
        assertThat(request.flavor().vcpus()).isEqualTo(4);
        assertThat(request.nics()).hasSize(1);
        assertThat(request.nics().get(0).vif().vnicType()).isEqualTo("normal");
        assertThat(request.devices()).isEmpty();
        assertThat(request.rootDisk()).isTrue();
    }

    @Test
    void theWishOfAFormerDay() {
        ObjectNode request = request();
        at(request, "/nics/0")
                .put("granted", 4)
                .putObject("granted_for")
                .put("queues", 4)
                .put("source", "port");
        assertThat(read(request).request().nics().get(0).keptFor()).contains(new FormerWish(4, "port"));
        assertThat(problems(request)).isEmpty();
    }

    @Test
    void theWishOfAFormerDayIsReadStrictly() {
        ObjectNode request = request();
        at(request, "/nics/0").putObject("granted_for").put("queue", 4).put("source", "prot");
        assertThat(problems(request))
                .extracting(Problem::message)
                .containsExactly(
                        "cannot use the key 'queue': it must be queues or source (did you mean 'queues'?)",
                        "cannot do without nics[0].granted_for.queues: it is required",
                        "cannot use 'prot' for nics[0].granted_for.source: it must be port, nic, tag, flavor, image or"
                                + " default (did you mean 'port'?)");
    }

    @Test
    void whatBecomesOfAConflict() {
        assertThat(read(request()).request().overrides().conflict()).isEqualTo(ConflictRule.REFUSE);
        assertThat(read(request().put("conflict", "warn")).request().overrides().conflict())
                .isEqualTo(ConflictRule.WARN);
        assertThat(onlyProblem(request().put("conflict", "ignore")).message())
                .isEqualTo("cannot use 'ignore' for conflict: it must be refuse or warn");
    }

    @Test
    void everyKeyOfTheContractIsKnown() {
        ObjectNode request = json("{'instance':{'uuid':'" + UUID + "','name':'vm'},'flavor':{'name':'f','vcpus':4,"
                + "'max_vcpus':8,'memory_mb':512,'extra_specs':{'a':'b'}},'image':{'properties':{'os_type':'linux'}},"
                + "'virt_type':'qemu','machine':'pc','nics':[{'vif':" + VIF + ",'queues':2,'tag':'queues=3'},{'vif':"
                + VIF
                + ",'throughput':'high'}],'devices':[{'type':'disk','count':1},{'type':'root-port','count':0}],"
                + "'host':{'kernel_release':'6.1.0','max_queues':8,'rx_queue_size':512,'tx_queue_size':1024,"
                + "'use_virtio_for_bridges':false,'msi_vector_budget':300,'vhost_memory_limit_kib':4096,"
                + "'policy':'gcp-equal','vhost_net':false,'vhostuser_max_queues':16,'hotplug_nics':2,"
                + "'pci_netdev_name':'eth1','vdpa_device_path':'/dev/vhost-vdpa-3',"
                + "'pci_devices':{'0000:0A:00.0':{'vendor':'15B3:1018','class':'0x020000','msix':65,'vectors':9}}},"
                + "'strict':true}");
        var question = read(request);
        assertThat(question.request().nics().get(0).ownWish()).contains(new NicWish.Queues(2));
        assertThat(question.request().nics().get(0).tagWish()).contains(new NicWish.Queues(3));
        assertThat(question.request().nics().get(1).ownWish()).contains(NicWish.Throughput.HIGH);
        assertThat(question.request().devices())
                .contains(List.of(new DeviceCount(DeviceKind.DISK, 1), new DeviceCount(DeviceKind.ROOT_PORT, 0)));
        assertThat(question.request().overrides().strict()).contains(true);
        assertThat(question.host().maxQueues()).contains(8);
        assertThat(question.host().vhostuserMaxQueues()).isEqualTo(16);
        assertThat(question.host().hotplugNics()).isEqualTo(2);
        assertThat(question.host().pciDevice("0000:0a:00.0"))
                .isEqualTo(new HostPciDevice(
                        PciId.of("15b3:1018"), Optional.of(0x020000), Optional.of(65), Optional.of(9)));
    }

    @ParameterizedTest
    @CsvSource({
        "'', flavour, flavour, flavor",
        "/instance, nam, instance.nam, name",
        "/flavor, vcpu, flavor.vcpu, vcpus",
        "/image, propertys, image.propertys, properties",
        "/nics/0, queue, nics[0].queue, queues",
        "/host, max_queue, host.max_queue, max_queues",
        "/devices/0, coun, devices[0].coun, count",
    })
    void anUnknownKeyIsAProblemWithAHint(String where, String key, String field, String meant) {
        ObjectNode request = request();
        request.putObject("host");
        request.putArray("devices").addObject().put("type", "disk").put("count", 1);
        at(request, where).put(key, 1);
        Problem problem = onlyProblem(request);
        assertThat(problem.field()).isEqualTo(field);
        assertThat(problem.message())
                .startsWith("cannot use the key '" + key + "'")
                .endsWith("(did you mean '" + meant + "'?)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nics/0/vif",
                "/nics/0/vif/network",
                "/nics/0/vif/details",
                "/nics/0/vif/profile",
                "/nics/0/vif/network/meta"
            })
    void insideAVifUnknownKeysAreIgnored(String where) {
        ObjectNode request = request();
        ObjectNode vif = at(request, "/nics/0/vif");
        vif.putObject("details");
        vif.putObject("profile");
        vif.withObject("/network").putObject("meta");
        at(request, where)
                .put("quite_new", 1)
                .putNull("nothing")
                .putObject("deep")
                .put("deeper", true);
        assertThat(problems(request)).isEmpty();
    }

    @Test
    void nullIsAbsent() {
        ObjectNode request = request();
        request.putNull("host").putNull("devices").putNull("machine").putNull("strict");
        at(request, "/flavor")
                .putNull("max_vcpus")
                .putNull("name")
                .putNull("extra_specs")
                .putNull("memory_mb");
        at(request, "/image").putNull("properties");
        at(request, "/nics/0").putNull("queues").putNull("throughput").putNull("tag");
        at(request, "/nics/0/vif")
                .putNull("devname")
                .putNull("details")
                .putNull("profile")
                .putNull("vnic_type")
                .putNull("delegate_create")
                .putNull("qbg_params");
        at(request, "/nics/0/vif/network").putNull("meta").putNull("label");
        assertThat(read(request).request()).isEqualTo(read(request()).request());
    }

    @ParameterizedTest
    @CsvSource({
        "'', instance",
        "'', flavor",
        "'', image",
        "'', virt_type",
        "'', nics",
        "/instance, uuid",
        "/instance, name",
        "/flavor, vcpus",
        "/nics/0, vif",
        "/nics/0/vif, id",
        "/nics/0/vif, address",
        "/nics/0/vif, network",
        "/nics/0/vif/network, id"
    })
    void whatIsRequiredIsMissed(String where, String key) {
        ObjectNode request = request();
        at(request, where).remove(key);
        Problem problem = onlyProblem(request);
        assertThat(problem.field()).endsWith(key);
        assertThat(problem.message()).isEqualTo("cannot do without " + problem.field() + ": it is required");
        assertThat(problem.value()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'a':1,'a':2}",
                "{} {}",
                "{'a':1} x",
                "{",
                "",
                "[]",
                "1",
                "null",
                "'text'",
                "{'a':01}",
                "{a:1}",
                "{'a':NaN}",
                "{'a':{'b':1,'b':2}}"
            })
    void brokenJsonIsRefused(String text) {
        assertThatThrownBy(() -> json(text))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("cannot read the request");
    }

    @Test
    void brokenJsonSaysWhere() {
        assertThatThrownBy(() -> json("{'a':1,\n'a':2}")).hasMessageContaining("Duplicate field 'a' (line 2, column ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-1",
                "257",
                "2.5",
                "4.0",
                "'four'",
                "'0x4'",
                "' 4'",
                "'+4'",
                "true",
                "[4]",
                "{}",
                "1e1",
                "99999999999999999999"
            })
    void queuesThatAreNone(String queues) {
        ObjectNode request = request();
        at(request, "/nics/0").set("queues", json("{'q':" + queues + "}").get("q"));
        Problem problem = onlyProblem(request);
        assertThat(problem.field()).isEqualTo("nics[0].queues");
        assertThat(problem.message()).contains("a whole number from 1 to 256 is needed");
    }

    @Test
    void queuesInAPortsProfileComeAsText() {
        ObjectNode request = request();
        at(request, "/nics/0/vif").putObject("profile").put("queues", "4");
        assertThat(read(request).request().nics().get(0).portWish()).contains(new NicWish.Queues(4));
        at(request, "/nics/0/vif/profile").put("queues", "four");
        assertThat(onlyProblem(request).field()).isEqualTo("nics[0].vif.profile.queues");
    }

    @Test
    void queuesAndThroughputTogether() {
        ObjectNode request = request();
        at(request, "/nics/0").put("queues", 2).put("throughput", "low");
        assertThat(onlyProblem(request).message())
                .isEqualTo("cannot take both queues and throughput for one NIC: each says how many queues it gets");
    }

    @Test
    void allProblemsAtOnce() {
        ObjectNode request = json(
                "{'instance':{'uuid':'x','name':''},'flavor':{'vcpus':0},'image':{'properties':"
                        + "{'hw_vif_model':'nope'}},'virt_type':'xen','nics':[{'vif':{'id':'','address':'z','network':{'id':'n'}},"
                        + "'queues':0,'tag':'queues=x'}],'host':{'rx_queue_size':7,'policy':'fair'},'strict':'yes','colour':1}");
        assertThat(problems(request))
                .extracting(Problem::field)
                .containsExactlyInAnyOrder(
                        "colour",
                        "instance.uuid",
                        "instance.name",
                        "flavor.vcpus",
                        "image.properties.hw_vif_model",
                        "virt_type",
                        "nics[0].vif.id",
                        "nics[0].vif.address",
                        "nics[0].queues",
                        "nics[0].tag",
                        "host.rx_queue_size",
                        "host.policy",
                        "strict");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<b>&amp;\"'", "../../etc/passwd", "ünï 汉字", "a", "semi;colon", "`id`", "%s%n"})
    void namesStayText(String name) {
        ObjectNode request = request();
        at(request, "/instance").put("name", name);
        assertThat(read(request).request().instance().name()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "\n", "a\u0000b", "a\tb", "", "   ", "\u202e", "a\u2028b", "\ud800"})
    void namesThatAreNone(String name) {
        ObjectNode request = request();
        at(request, "/instance").put("name", name);
        assertThat(onlyProblem(request).field()).isEqualTo("instance.name");
    }

    @Test
    void namesHaveALength() {
        ObjectNode request = request();
        at(request, "/instance").put("name", "x".repeat(255));
        assertThat(problems(request)).isEmpty();
        at(request, "/instance").put("name", "x".repeat(300));
        assertThat(onlyProblem(request).message())
                .isEqualTo("cannot use a name of 300 characters: 1 to 255 are needed, not all of them blank");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/flavor | vcpus | 4.0 | flavor.vcpus | cannot use '4.0' for flavor.vcpus: a whole number from 1 to 4096 is needed",
                "/flavor | vcpus | '4' | flavor.vcpus | cannot use '4' for flavor.vcpus: a whole number from 1 to 4096 is needed",
                "/flavor | vcpus | 4097 | flavor.vcpus | cannot use '4097' for flavor.vcpus: a whole number from 1 to 4096 is needed",
                "/flavor | max_vcpus | 3 | flavor.max_vcpus | cannot use '3' for flavor.max_vcpus: a whole number from 4 to 4096 is needed",
                "/instance | name | 5 | instance.name | cannot use '5' for instance.name: a text is needed",
                "'' | strict | 1 | strict | cannot use '1' for strict: true or false is needed",
                "'' | virt_type | 'kvn' | virt_type | cannot use 'kvn' for virt_type: it must be kvm, qemu, lxc or parallels (did you mean 'kvm'?)",
                "'' | nics | {} | nics | cannot use an object for nics: a list is needed",
                "'' | nics | [1] | nics[0] | cannot use nics[0]: an object is needed, not a number",
                "/nics/0 | vif | [] | nics[0].vif | cannot use a list for nics[0].vif: an object is needed",
                "/host | msi_vector_budget | 'of' | host.msi_vector_budget | cannot use 'of' as a vector budget: it must be auto, per_vcpu, legacy, off or a number of vectors (did you mean 'off'?)",
                "/host | rx_queue_size | 300 | host.rx_queue_size | cannot make rings of 300 descriptors: 256, 512 or 1024",
            })
    void words(String where, String key, String value, String field, String message) {
        ObjectNode request = request();
        request.putObject("host");
        at(request, where.replace("'", "")).set(key, json("{'v':" + value + "}").get("v"));
        assertThat(problems(request))
                .filteredOn(problem -> problem.field().equals(field))
                .extracting(Problem::message)
                .containsExactly(message);
    }

    @Test
    void aGuestWithKernelAndRamdiskHasNoDiskOfItsOwn() {
        ObjectNode request = request();
        at(request, "/image").putObject("properties").put("kernel_id", "k").put("ramdisk_id", "r");
        assertThat(read(request).request().rootDisk()).isFalse();
    }

    @Test
    void whatTheHostLeavesOutStands() {
        ObjectNode request = request();
        request.putObject("host").put("max_queues", 3);
        HostLimits base = HostLimits.builder().maxQueues(8).rxQueueSize(256).build();
        HostLimits read = PlanRequestReader.read(request, base).host();
        assertThat(read.maxQueues()).isEqualTo(Optional.of(3));
        assertThat(read.rxQueueSize()).isEqualTo(Optional.of(256));
    }
}
