package dev.sluice.serving.config;

import java.util.List;

/**
 * The environment does not configure the process. Each problem is one line that says what to do.
 */
public final class ConfigurationException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public ConfigurationException(List<String> problems) {
    super(String.join("\n", problems));
  }
}
