package org.novamq.driver.compute;

import java.util.UUID;
import org.novamq.driver.disk.DirectIo;
import org.novamq.vif.NicPlan;
import org.novamq.vif.queue.DomainDevices;
import org.novamq.vif.request.Flavor;
import org.novamq.vif.request.PlanRequest;
import org.novamq.vif.xml.DomainSpec;

/** From a claim to the domain that is built for it. */
final class DomainSpecs {
    private DomainSpecs() {}

    static DomainSpec of(Claim claim, String domainName, InstanceFiles files) {
        UUID uuid = claim.uuid();
        PlanRequest request = claim.request().request();
        Flavor flavor = request.flavor();
        BootSource boot = claim.request().boot();
        return new DomainSpec(
                uuid,
                domainName,
                claim.record().toJson(),
                request.virtType(),
                request.machineType(),
                new DomainSpec.Size(flavor.vcpus(), flavor.maxVcpus().orElse(flavor.vcpus()), flavor.memoryMib()),
                boot.kernel()
                        .map(kernel -> new DomainSpec.DirectBoot(
                                kernel.path().toString(),
                                boot.ramdisk().map(ramdisk -> ramdisk.path().toString()),
                                request.image().commandLine())),
                boot.disk()
                        .map(disk ->
                                new DomainSpec.RootDisk(files.disk(uuid).toString(), DirectIo.works(files.disk(uuid)))),
                files.consoleLog(uuid).toString(),
                DomainDevices.of(request, claim.request().host()),
                claim.plan().nics().stream().map(NicPlan::device).toList());
    }
}
