package dev.sluice.gateway.access;

import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.config.Settings;
import java.time.Duration;
import java.util.List;

/**
 * Which tokens (JWT) prove who is calling. None where no issuer is named.
 *
 * @param jwks a file, or an address, with the issuer's keys as a JSON Web Key Set
 * @param clockSkew by how much the issuer's clock and ours may differ
 * @param tenantClaim holds the tenant
 * @param permissionsClaim holds permissions, as a list or as words
 */
public record TokenConfig(
    String issuer,
    String audience,
    String jwks,
    Duration clockSkew,
    String tenantClaim,
    String permissionsClaim) {

  static TokenConfig read(Settings settings) {
    return new TokenConfig(
        settings.text(
            "SLUICE_GATEWAY_JWT_ISSUER",
            "",
            "Who issues the tokens (JWT) that callers may send instead of API keys: their iss."
                + " Without it no token counts."),
        settings.text(
            "SLUICE_GATEWAY_JWT_AUDIENCE", "", "What must be among the aud of such a token."),
        settings.text(
            "SLUICE_GATEWAY_JWT_JWKS",
            "",
            "The issuer's keys as a JSON Web Key Set: a file, or an https:// address. Read again"
                + " when they change."),
        settings.duration(
            "SLUICE_GATEWAY_JWT_CLOCK_SKEW",
            Duration.ofSeconds(30),
            Duration.ZERO,
            Duration.ofMinutes(10),
            "By how much the issuer's clock may differ from this one."),
        settings.text(
            "SLUICE_GATEWAY_JWT_TENANT_CLAIM",
            "tenant",
            "The claim that holds the tenant; a.b is b in the object a."),
        settings.text(
            "SLUICE_GATEWAY_JWT_PERMISSIONS_CLAIM",
            "permissions",
            "The claim that holds the permissions, as a list or as words; others in it do not"
                + " count."));
  }

  /** Whether tokens count. */
  boolean on() {
    return !issuer.isEmpty();
  }

  /**
   * @throws ConfigurationException when it is half a configuration
   */
  void check() {
    if (on() ? audience.isEmpty() || jwks.isEmpty() : !audience.isEmpty() || !jwks.isEmpty()) {
      throw new ConfigurationException(
          List.of(
              "SLUICE_GATEWAY_JWT_ISSUER, SLUICE_GATEWAY_JWT_AUDIENCE and SLUICE_GATEWAY_JWT_JWKS"
                  + " belong together: set all three or none"));
    }
  }
}
