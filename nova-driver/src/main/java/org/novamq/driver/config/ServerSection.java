package org.novamq.driver.config;

import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.jetty.ConnectorFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.novamq.image.Findings;

/** The addresses that the service listens on: Dropwizard's section {@code server}. */
public final class ServerSection {
    private static final String API = "server.applicationConnectors";
    private static final String ADMIN = "server.adminConnectors";

    private ServerSection() {}

    /** One address. */
    private record Door(String field, String host, int port) {}

    /** Without authentication nothing but loopback may reach the service. */
    static void check(NovaMqConfiguration configuration, Findings findings) {
        if (!(configuration.getServerFactory() instanceof DefaultServerFactory)) {
            findings.problem("server.type", "", "cannot use another server type than default");
        }
        for (Door door : doors(configuration)) {
            if (!isLoopback(door.host())) {
                findings.problem(
                        door.field(),
                        door.host(),
                        "cannot listen on " + door.host()
                                + ": there is no authentication, so it must be a loopback address (127.0.0.1)");
            }
        }
    }

    /** Looks whether every address can be listened on now, and makes each that cannot a problem. */
    public static void checkPorts(NovaMqConfiguration configuration, Findings findings) {
        List<ServerSocket> taken = new ArrayList<>();
        for (Door door : doors(configuration)) {
            try {
                ServerSocket socket = new ServerSocket();
                taken.add(socket);
                socket.setReuseAddress(true); // as Jetty does: a port in TIME_WAIT is free
                socket.bind(new InetSocketAddress(InetAddress.getByName(door.host()), door.port()));
            } catch (IOException e) {
                findings.problem(
                        door.field(),
                        door.port(),
                        "cannot listen on " + door.host() + " port " + door.port() + ": " + reason(e));
            }
        }
        taken.forEach(ServerSection::close);
    }

    private static String reason(IOException e) {
        if (e instanceof BindException && String.valueOf(e.getMessage()).contains("in use")) {
            return "another program, or another service of this kind, listens there";
        }
        return String.valueOf(e.getMessage());
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<Door> doors(NovaMqConfiguration configuration) {
        List<Door> doors = new ArrayList<>();
        if (configuration.getServerFactory() instanceof DefaultServerFactory server) {
            server.getApplicationConnectors().forEach(connector -> doors.add(door(API, connector)));
            server.getAdminConnectors().forEach(connector -> doors.add(door(ADMIN, connector)));
        }
        return doors;
    }

    private static Door door(String field, ConnectorFactory connector) {
        Optional<HttpConnectorFactory> http =
                connector instanceof HttpConnectorFactory factory ? Optional.of(factory) : Optional.empty();
        return new Door(
                field,
                http.flatMap(factory -> Optional.ofNullable(factory.getBindHost()))
                        .orElse("0.0.0.0"),
                http.map(HttpConnectorFactory::getPort).orElse(0));
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
