package dev.sluice.standalone.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The version of the jar that runs, and of the Java it runs on. */
final class BuildVersion implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {"sluice " + number() + ", Java " + Runtime.version()};
  }

  /** The jar's version. */
  static String number() {
    String version = BuildVersion.class.getPackage().getImplementationVersion();
    return Objects.requireNonNullElse(version, "(not packaged)");
  }
}
