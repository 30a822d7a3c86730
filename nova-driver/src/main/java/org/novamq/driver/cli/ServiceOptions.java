package org.novamq.driver.cli;

import java.net.URI;
import java.util.Optional;
import org.novamq.image.Texts;
import picocli.CommandLine.Option;

/** Where the service is: {@code --url}, else {@code NOVAMQ_URL}, else this machine. */
final class ServiceOptions {
    static final String DEFAULT_URL = "http://127.0.0.1:8774";

    private final Terminal terminal;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The service; unless given, $NOVAMQ_URL, else " + DEFAULT_URL + ".")
    private Optional<String> url = Optional.empty();

    ServiceOptions(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * A client of the service.
     *
     * @throws UsageException if the URL is none
     */
    NovaMqClient client() {
        String text = url.or(() -> Optional.ofNullable(terminal.environment().get("NOVAMQ_URL"))
                        .filter(given -> !given.isBlank()))
                .orElse(DEFAULT_URL);
        return new NovaMqClient(checked(text).replaceFirst("/+$", ""));
    }

    private static String checked(String text) {
        try {
            URI uri = URI.create(text);
            String scheme = Optional.ofNullable(uri.getScheme()).orElse("");
            if (uri.getHost() != null && (scheme.equals("http") || scheme.equals("https"))) {
                return text;
            }
        } catch (IllegalArgumentException e) {
            // said below, with the form that is needed
        }
        throw new UsageException(
                "cannot use " + Texts.quote(text) + " as the service's URL: http://HOST:PORT is needed");
    }
}
