package dev.sluice.standalone.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The version of the jar that runs, and of the Java it runs on. */
final class BuildVersion implements IVersionProvider {

  @Override
  public String[] getVersion() {
    String version = BuildVersion.class.getPackage().getImplementationVersion();
    return new String[] {
      "sluice "
          + Objects.requireNonNullElse(version, "(not packaged)")
          + ", Java "
          + Runtime.version()
    };
  }
}
