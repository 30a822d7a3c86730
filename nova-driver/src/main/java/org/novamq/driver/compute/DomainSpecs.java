package org.novamq.driver.compute;

import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.novamq.driver.disk.DirectIo;
import org.novamq.driver.instance.Blueprint;
import org.novamq.driver.instance.BootSource;
import org.novamq.driver.instance.InstanceFiles;
import org.novamq.driver.instance.InstanceRecord;
import org.novamq.image.DiskBus;
import org.novamq.vif.NicPlan;
import org.novamq.vif.request.Flavor;
import org.novamq.vif.request.PlanRequest;
import org.novamq.vif.xml.DomainSpec;

/** From a plan to the domain that is built for it. */
final class DomainSpecs {
    private DomainSpecs() {}

    static DomainSpec of(UUID uuid, String domainName, InstanceRecord record, Planned planned, InstanceFiles files) {
        PlanRequest request = planned.request();
        Flavor flavor = request.flavor();
        Blueprint blueprint = planned.blueprint();
        BootSource boot = blueprint.boot();
        Blueprint rescued = record.rescued();
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
                boot.disk().map(disk -> rootDisk(rescued == null ? files.disk(uuid) : files.rescueDisk(uuid))),
                Optional.ofNullable(rescued)
                        .flatMap(own -> own.boot().disk())
                        .map(disk -> new DomainSpec.OwnDisk(rootDisk(files.disk(uuid)), ownDiskBus(planned))),
                Optional.of(rescued == null ? files.configDrive(uuid) : files.rescueConfigDrive(uuid))
                        .filter(path -> blueprint.configDrive())
                        .map(Path::toString),
                files.consoleLog(uuid).toString(),
                planned.plan().devices(),
                planned.plan().nics().stream().map(NicPlan::device).toList());
    }

    private static DiskBus ownDiskBus(Planned planned) {
        return planned.plan()
                .devices()
                .ownDiskBus(planned.plan().ledger(), planned.request().flavor().vcpus());
    }

    private static DomainSpec.RootDisk rootDisk(Path file) {
        return new DomainSpec.RootDisk(file.toString(), DirectIo.works(file));
    }
}
