package org.novamq.driver.compute;

import java.util.Optional;
import java.util.UUID;
import org.novamq.driver.disk.DirectIo;
import org.novamq.driver.instance.BootSource;
import org.novamq.driver.instance.InstanceFiles;
import org.novamq.driver.instance.InstanceRecord;
import org.novamq.vif.NicPlan;
import org.novamq.vif.queue.DomainDevices;
import org.novamq.vif.request.Flavor;
import org.novamq.vif.request.PlanRequest;
import org.novamq.vif.xml.DomainSpec;

/** From a plan to the domain that is built for it. */
final class DomainSpecs {
    private DomainSpecs() {}

    static DomainSpec of(UUID uuid, String domainName, InstanceRecord record, Planned planned, InstanceFiles files) {
        PlanRequest request = planned.request();
        Flavor flavor = request.flavor();
        BootSource boot = record.blueprint().boot();
        return new DomainSpec(
                uuid,
                domainName,
                record.toJson(),
                request.virtType(),
                request.machineType(),
                new DomainSpec.Size(flavor.vcpus(), flavor.maxVcpus().orElse(flavor.vcpus()), flavor.memoryMib()),
                boot.kernel()
                        .map(kernel -> new DomainSpec.DirectBoot(
                                kernel.path(),
                                boot.ramdisk().map(BootSource.ImageFile::path),
                                request.image().commandLine())),
                boot.disk()
                        .map(disk ->
                                new DomainSpec.RootDisk(files.disk(uuid).toString(), DirectIo.works(files.disk(uuid)))),
                Optional.of(files.configDrive(uuid).toString())
                        .filter(path -> record.blueprint().configDrive()),
                files.consoleLog(uuid).toString(),
                DomainDevices.of(request, planned.host()),
                planned.plan().nics().stream().map(NicPlan::device).toList());
    }
}
