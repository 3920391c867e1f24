package dev.sluice.serving.tracing;

import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.tls.PlainText;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What spans are sent where.
 *
 * @param endpoint of the collector, as {@code https://host:4317}; empty: nothing is traced
 * @param sample share of the traces begun here that are sent, in [0, 1]
 * @param attributes of the process, beside its name, version and instance
 */
public record TracingConfig(String endpoint, double sample, Map<String, String> attributes) {

  static final String ENDPOINT = "SLUICE_TRACES_ENDPOINT";
  static final String ATTRIBUTES = "OTEL_RESOURCE_ATTRIBUTES";

  /** Reads {@code SLUICE_TRACES_…}. */
  public static TracingConfig read(Settings settings) {
    return new TracingConfig(
        endpoint(settings),
        settings.decimal(
            "SLUICE_TRACES_SAMPLE",
            1,
            0,
            1,
            "Share of the traces begun here that are sent; a caller's traceparent decides for its"
                + " own."),
        attributes(
            settings.text(
                ATTRIBUTES,
                "",
                "More attributes of the process in its spans, as key=value,key=value with"
                    + " percent-encoded values.")));
  }

  private static String endpoint(Settings settings) {
    String text =
        settings.text(
            ENDPOINT,
            "",
            "Where spans are sent by OTLP over gRPC, as https://collector:4317, or http:// on this"
                + " machine and where plain text is allowed; without it nothing is traced.");
    if (!text.isEmpty() && !isAddress(text)) {
      throw new ConfigurationException(
          List.of(
              ENDPOINT + " is '" + text + "' but must be http://host:port or https://host:port"));
    }
    if (!text.isEmpty() && !PlainText.isSafe(text) && !PlainText.isAllowed(settings)) {
      settings.refuse(PlainText.refusal(ENDPOINT, text, "make it https://"));
    }
    return text;
  }

  private static boolean isAddress(String text) {
    try {
      URI uri = URI.create(text);
      return List.of("http", "https").contains(String.valueOf(uri.getScheme()))
          && uri.getHost() != null
          && uri.getPort() > 0
          && List.of("", "/").contains(uri.getPath());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static Map<String, String> attributes(String text) {
    Map<String, String> attributes = new LinkedHashMap<>();
    for (String each : text.split(",", -1)) {
      int equals = each.indexOf('=');
      if (equals > 0) {
        String value = each.substring(equals + 1).strip().replace("+", "%2B");
        attributes.put(
            each.substring(0, equals).strip(), URLDecoder.decode(value, StandardCharsets.UTF_8));
      } else if (!each.isBlank()) {
        throw new ConfigurationException(
            List.of(ATTRIBUTES + " has '" + each + "', which is no key=value"));
      }
    }
    return attributes;
  }

  boolean isOn() {
    return !endpoint.isEmpty();
  }
}
