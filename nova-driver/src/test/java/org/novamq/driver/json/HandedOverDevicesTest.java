package org.novamq.driver.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.Problem;
import org.novamq.vif.request.DeviceCount;
import org.novamq.vif.request.DeviceKind;
import org.novamq.vif.request.HostLimits;

/** Devices that are handed over whole, in {@code devices} and in {@code host.pci_devices}. */
class HandedOverDevicesTest {
    /** Quotes are written as apostrophes here. */
    private static ObjectNode json(String text) {
        return Json.parseObject(text.replace('\'', '"'));
    }

    private static ObjectNode request() {
        return json("{'instance':{'uuid':'b7c95471-0b82-469f-8962-7b9dabbe3ed5','name':'vm'},'flavor':{'vcpus':4},"
                + "'image':{},'virt_type':'kvm','nics':[]}");
    }

    private static PlanRequestReader.Question read(ObjectNode request) {
        return PlanRequestReader.read(request, HostLimits.DEFAULT);
    }

    private static Problem onlyProblem(ObjectNode request) {
        try {
            read(request).findings().throwIfAny();
            throw new AssertionError("no problem");
        } catch (InvalidRequestException refused) {
            assertThat(refused.problems()).hasSize(1);
            return refused.problems().get(0);
        }
    }

    @Test
    void aDeviceMayHaveItsVectorsOrItsAddresses() {
        ObjectNode request = request();
        request.set(
                "devices",
                json("{'d':[{'type':'pci','count':2,'vectors':32},{'type':'vf','count':2,'pci_slots':['0000:0B:00.1']},"
                                + "{'type':'nvme','count':1,'pci_slots':['0000:0c:00.0']},{'type':'vgpu','count':1}]}")
                        .get("d"));
        assertThat(read(request).request().devices())
                .contains(List.of(
                        new DeviceCount(DeviceKind.PCI, 2, Optional.of(32), List.of()),
                        new DeviceCount(DeviceKind.VF, 2, Optional.empty(), List.of("0000:0b:00.1")),
                        new DeviceCount(DeviceKind.NVME, 1, Optional.empty(), List.of("0000:0c:00.0")),
                        new DeviceCount(DeviceKind.VGPU, 1)));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'type':'pic','count':1}|devices[0].type|(did you mean 'pci'?)",
                "{'type':'vgp','count':1}|devices[0].type|(did you mean 'vgpu'?)",
                "{'type':'pci','count':1,'vector':3}|devices[0].vector|(did you mean 'vectors'?)",
                "{'type':'pci','count':1,'vectors':2049}|devices[0].vectors|a whole number from 0 to 2048 is needed",
                "{'type':'pci','count':1,'pci_slots':['../x']}|devices[0].pci_slots[0]|a PCI address dddd:bb:ss.f is"
                        + " needed",
                "{'type':'pci','count':1,'pci_slots':[7]}|devices[0].pci_slots[0]|cannot use '7' for"
                        + " devices[0].pci_slots[0]",
                "{'type':'pci','count':2,'pci_slots':['0000:0b:00.0','0000:0B:00.0']}|devices[0].pci_slots[1]|cannot hand"
                        + " over the PCI device 0000:0b:00.0 twice",
                "{'type':'pci','count':1,'vectors':3,'pci_slots':['0000:0b:00.0']}|devices[0].pci_slots|vectors says"
                        + " already",
                "{'type':'pci','count':0,'pci_slots':['0000:0b:00.0']}|devices[0].pci_slots|cannot use 1 addresses in"
                        + " devices[0].pci_slots: count says 0",
                "{'type':'disk','count':1,'pci_slots':['0000:0b:00.0']}|devices[0].pci_slots|a device of type disk is"
                        + " not one of the host's PCI devices",
            })
    void aDeviceThatCannotBeReadIsAProblem(String device, String field, String message) {
        ObjectNode request = request();
        request.set("devices", json("{'d':[" + device + "]}").get("d"));
        Problem problem = onlyProblem(request);
        assertThat(problem.field()).isEqualTo(field);
        assertThat(problem.message()).contains(message);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'0a:00.0':{}}|host.pci_devices.0a:00.0|cannot use the key '0a:00.0' in host.pci_devices",
                "{'../../etc':{}}|host.pci_devices.../../etc|a PCI address dddd:bb:ss.f is needed",
                "{'0000:0a:00.0':3}|host.pci_devices.0000:0a:00.0|an object is needed",
                "{'0000:0a:00.0':{'mssix':3}}|host.pci_devices.0000:0a:00.0.mssix|(did you mean 'msix'?)",
                "{'0000:0a:00.0':{'vendor':'15b3'}}|host.pci_devices.0000:0a:00.0.vendor|the ids of vendor and device"
                        + " are needed",
                "{'0000:0a:00.0':{'class':'nvme'}}|host.pci_devices.0000:0a:00.0.class|six hexadecimal digits",
                "{'0000:0a:00.0':{'msix':-1}}|host.pci_devices.0000:0a:00.0.msix|a whole number from 0 to 2048",
                "{'0000:0a:00.0':{'msix':4,'vectors':5}}|host.pci_devices.0000:0a:00.0.vectors|cannot take 5 vectors of"
                        + " a device: msix says that it offers 4",
            })
    void aHostsDeviceThatCannotBeReadIsAProblem(String devices, String field, String message) {
        ObjectNode request = request();
        request.putObject("host").set("pci_devices", json(devices));
        Problem problem = onlyProblem(request);
        assertThat(problem.field()).isEqualTo(field);
        assertThat(problem.message()).contains(message);
    }
}
