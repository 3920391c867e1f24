package dev.sluice.standalone.client;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The address of a gateway. */
public record Target(String host, int port) {

  private static final Pattern SHAPE =
      Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[^:/\\s\\[\\]]+):(\\d{1,5})");

  /** Reads {@code host:port}; an IPv6 address stands in brackets. */
  public static Target parse(String value) {
    Matcher matcher = SHAPE.matcher(value);
    if (!matcher.matches()) {
      throw new TypeConversionException("'" + value + "' is not an address: give host:port");
    }
    int port = Integer.parseInt(matcher.group(2));
    if (port < 1 || port > 65535) {
      throw new TypeConversionException("'" + value + "' has no port between 1 and 65535");
    }
    return new Target(matcher.group(1), port);
  }

  /** Reads the option. */
  public static final class Converter implements ITypeConverter<Target> {
    @Override
    public Target convert(String value) {
      return parse(value);
    }
  }

  /** Whether what is sent there stays on this machine. */
  public boolean isLoopback() {
    String name = host.toLowerCase(Locale.ROOT);
    return name.equals("localhost") || name.equals("[::1]") || name.matches("127(\\.\\d{1,3}){3}");
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
