package org.novamq.driver.api;

import com.google.common.base.Suppliers;
import com.google.common.base.Throwables;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.ConfigurationSourceProvider;
import io.dropwizard.core.Application;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.ServerCommand;
import io.dropwizard.core.server.AbstractServerFactory;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jersey.setup.JerseyEnvironment;
import io.dropwizard.lifecycle.AutoCloseableManager;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import net.sourceforge.argparse4j.inf.Namespace;
import org.novamq.driver.compute.LibvirtComputeDriver;
import org.novamq.driver.compute.Timeouts;
import org.novamq.driver.config.Catalog;
import org.novamq.driver.config.ConfigurationFile;
import org.novamq.driver.config.ConfigurationReader;
import org.novamq.driver.config.NovaMqConfiguration;
import org.novamq.driver.config.ServerSection;
import org.novamq.driver.disk.BaseImageCheck;
import org.novamq.driver.disk.InstanceDirectory;
import org.novamq.driver.disk.QemuImg;
import org.novamq.driver.glance.GlanceClient;
import org.novamq.driver.glance.ImageCache;
import org.novamq.driver.host.HostFacts;
import org.novamq.driver.host.NetDevices;
import org.novamq.driver.instance.InstanceFiles;
import org.novamq.driver.libvirt.LibvirtHypervisor;
import org.novamq.driver.libvirt.LibvirtSettings;
import org.novamq.image.Findings;
import org.novamq.image.InvalidRequestException;
import org.novamq.vif.request.HostLimits;

/** The service: puts the parts together. */
public final class NovaMqApplication extends Application<NovaMqConfiguration> {
    /**
     * Runs the service until it is stopped.
     *
     * @param configuration the file; else the default one, if it exists; else the defaults
     */
    public static void serve(Optional<Path> configuration) throws Exception {
        Optional<Path> file = ConfigurationFile.locate(configuration);
        NovaMqApplication application = new NovaMqApplication();
        if (file.isPresent()) {
            application.run("server", file.get().toString());
        } else {
            application.run("server");
        }
    }

    @Override
    public String getName() {
        return "novamq";
    }

    /** As Dropwizard's own, but what is wrong with a configuration is told in words, not by a stack trace. */
    @Override
    protected void addDefaultCommands(Bootstrap<NovaMqConfiguration> bootstrap) {
        bootstrap.addCommand(new ServerCommand<>(this) {
            @Override
            public void onError(Cli cli, Namespace namespace, Throwable e) {
                Optional<Throwable> explained = Throwables.getCausalChain(e).stream()
                        .filter(cause -> cause instanceof InvalidRequestException
                                || cause instanceof ConfigurationException
                                || cause instanceof IOException)
                        .findFirst();
                if (explained.orElse(null) instanceof InvalidRequestException refusal) {
                    refusal.problems().forEach(problem -> cli.getStdErr().println(problem));
                } else if (explained.isPresent()) {
                    cli.getStdErr().println(explained.get().getMessage());
                } else {
                    super.onError(cli, namespace, e);
                }
            }
        });
    }

    @Override
    public void initialize(Bootstrap<NovaMqConfiguration> bootstrap) {
        bootstrap.setConfigurationFactoryFactory(
                (type, validator, mapper, prefix) -> new ConfigurationReader(validator, mapper, prefix));
        ConfigurationSourceProvider files = bootstrap.getConfigurationSourceProvider();
        bootstrap.setConfigurationSourceProvider(path -> path == null || path.isEmpty()
                ? new ByteArrayInputStream("{}".getBytes(StandardCharsets.UTF_8))
                : files.open(path));
    }

    @Override
    public void run(NovaMqConfiguration configuration, Environment environment) {
        Findings findings = new Findings();
        Catalog catalog = Catalog.of(configuration, findings);
        ServerSection.checkPorts(configuration, findings);
        findings.throwIfAny();

        LibvirtHypervisor hypervisor = new LibvirtHypervisor(LibvirtSettings.of(configuration.connectionUri())
                .withLibvirtTimeout(Duration.ofSeconds(configuration.libvirtTimeout())));
        environment.lifecycle().manage(new AutoCloseableManager(hypervisor));
        environment.healthChecks().register("libvirt", new HypervisorHealthCheck(hypervisor));
        HostFacts facts = HostFacts.read();
        HostLimits limits = configuration.hostLimits().toBuilder()
                .kernelRelease(facts.kernelRelease())
                .build();
        HostLimits spawnLimits = limits.toBuilder().vhostNet(facts.vhostNet()).build();
        ImageCache images = images(configuration);
        LibvirtComputeDriver driver = driver(configuration, hypervisor, spawnLimits, images);
        InstanceWorkers workers = new InstanceWorkers(driver, configuration.maxConcurrentBuilds());
        environment.lifecycle().manage(workers);
        environment.lifecycle().manage(new EventFeed(hypervisor, driver, workers));
        var reader = new ServerRequestReader(catalog, configuration.virtType(), spawnLimits);

        if (configuration.getServerFactory() instanceof AbstractServerFactory server) {
            server.setRegisterDefaultExceptionMappers(false);
        }
        environment.lifecycle().addServerLifecycleListener(server -> server.setErrorHandler(new JsonErrors()));
        environment
                .lifecycle()
                .addServerLifecycleListener(new StartReport(configuration, catalog, hypervisor, new NetDevices()));
        environment.jersey().register(FaultMapper.class);
        environment.jersey().register(new BodyLimit());
        environment.jersey().register(new JsonText());
        environment.jersey().register(new RequestIds());
        environment.jersey().register(new ApiHeaders());
        environment.jersey().register(new PlansResource(limits));
        environment.jersey().register(new HostResource(driver, hypervisor, configuration.virtType(), spawnLimits));
        var spawnReader = new SpawnRequestReader(spawnLimits, images);
        environment.jersey().register(new InstancesResource(driver, spawnReader, images, workers));
        environment.jersey().register(new QueuesResource(driver));
        environment.jersey().register(new NicsResource(driver, workers));
        registerNovas(environment.jersey(), driver, reader, workers, hypervisor);
    }

    /** What the service has of Nova's own API. */
    private static void registerNovas(
            JerseyEnvironment jersey,
            LibvirtComputeDriver driver,
            ServerRequestReader reader,
            InstanceWorkers workers,
            LibvirtHypervisor hypervisor) {
        var servers = new ServerRepresentation(
                Suppliers.memoize(() -> hypervisor.hostInfo().hostname()));
        jersey.register(new ServersResource(driver, reader, workers, servers));
        jersey.register(new ServerActions(driver, reader, workers, servers));
        jersey.register(new InterfacesResource(driver, reader, workers));
        jersey.register(new MetadataResource(driver));
    }

    private static LibvirtComputeDriver driver(
            NovaMqConfiguration configuration, LibvirtHypervisor hypervisor, HostLimits limits, ImageCache images) {
        return new LibvirtComputeDriver(
                hypervisor,
                new InstanceFiles(new InstanceDirectory(Path.of(configuration.instancesPath())), new QemuImg()),
                new NetDevices(),
                limits,
                timeouts(configuration),
                images,
                Clock.systemUTC());
    }

    private static ImageCache images(NovaMqConfiguration configuration) {
        return new ImageCache(
                Path.of(configuration.imageCachePath()),
                configuration
                        .glanceEndpoint()
                        .map(endpoint -> new GlanceClient(endpoint, Duration.ofSeconds(configuration.glanceTimeout()))),
                new BaseImageCheck(new QemuImg()),
                Duration.ofSeconds(configuration.imageCacheAge()),
                Clock.systemUTC());
    }

    private static Timeouts timeouts(NovaMqConfiguration configuration) {
        return new Timeouts(
                Duration.ofSeconds(configuration.shutdownTimeout()),
                Duration.ofSeconds(configuration.waitSoftRebootSeconds()),
                Duration.ofSeconds(configuration.deviceDetachTimeout()),
                configuration.deviceDetachAttempts());
    }
}
