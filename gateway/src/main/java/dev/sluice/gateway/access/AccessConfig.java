package dev.sluice.gateway.access;

import dev.sluice.serving.config.Settings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How callers prove who they are.
 *
 * @param anonymous whether they need not, also where strangers reach the gateway
 */
public record AccessConfig(Optional<Path> keysFile, TokenConfig tokens, Anonymous anonymous) {

  /** Whether everybody may do everything. */
  public enum Anonymous {
    FALSE,
    TRUE
  }

  /** Reads {@code SLUICE_GATEWAY_API_KEYS_FILE}, {@code …_JWT_…} and {@code …_ANONYMOUS}. */
  public static AccessConfig read(Settings settings) {
    return new AccessConfig(
        settings.path(
            "SLUICE_GATEWAY_API_KEYS_FILE",
            "File with the hashes of callers' API keys, made by ./sluice key create. Looked at"
                + " every second; a change counts once two looks found the same."),
        TokenConfig.read(settings),
        settings.choice(
            "SLUICE_GATEWAY_ANONYMOUS",
            Anonymous.FALSE,
            "Lets callers do everything, as one tenant, without saying who they are, also where the"
                + " gateway listens beyond loopback. Not beside keys or tokens."));
  }

  /** Whether callers must say who they are. */
  public boolean on() {
    return keysFile.isPresent() || tokens.on();
  }
}
