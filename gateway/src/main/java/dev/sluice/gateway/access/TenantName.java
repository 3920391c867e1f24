package dev.sluice.gateway.access;

import java.util.regex.Pattern;

/**
 * What a tenant may be called: it travels in headers of ASCII, and names directories. Elsewhere a
 * tenant is the text itself.
 */
public final class TenantName {

  /** The rule in words. */
  public static final String RULE = "1 to 64 characters of ASCII without spaces";

  private static final Pattern NAME = Pattern.compile("[!-~]{1,64}");

  private TenantName() {}

  public static boolean isValid(String tenant) {
    return NAME.matcher(tenant).matches();
  }
}
