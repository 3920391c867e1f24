package dev.sluice.gateway.audit;

/** Which methods somebody has thought of. */
public final class KnownMethods {

  private KnownMethods() {}

  public static boolean contain(String fullName) {
    return AuditedMethod.isKnown(fullName);
  }
}
