package dev.sluice.gateway.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.jwt.proc.ExpiredJWTException;
import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.failure.Failure.Unauthenticated;
import dev.sluice.type.v1.Priority;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tokens (JWT) that one issuer signed with a private key for this audience, with an end. Neither
 * unsigned ones count nor those of a shared secret, whatever their header says.
 */
final class Tokens implements Credentials {

  private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);
  private static final int LONGEST_SUBJECT = 256;

  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512);

  private final TokenConfig config;
  private final InstantSource clock;
  private final DefaultJWTProcessor<@Nullable SecurityContext> processor =
      new DefaultJWTProcessor<>();

  Tokens(TokenConfig config, JWKSource<@Nullable SecurityContext> keys, InstantSource clock) {
    this.config = config;
    this.clock = clock;
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(
            JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, keys));
    processor.setJWTClaimsSetVerifier(new Claims(config, clock));
  }

  /** What the library checks of claims, by our clock. */
  private static final class Claims extends DefaultJWTClaimsVerifier<@Nullable SecurityContext> {
    private final InstantSource clock;

    Claims(TokenConfig config, InstantSource clock) {
      super(
          config.audience(),
          new JWTClaimsSet.Builder().issuer(config.issuer()).build(),
          Set.of("sub", "exp"));
      this.clock = clock;
      setMaxClockSkew(Math.toIntExact(config.clockSkew().toSeconds()));
    }

    @Override
    protected Date currentTime() {
      return Date.from(clock.instant());
    }
  }

  @Override
  public Grant grant(String text) {
    JWTClaimsSet claims = proven(text);
    Instant end = claims.getExpirationTime().toInstant().plus(config.clockSkew());
    Caller caller = new Caller(tenant(claims), Priority.INTERACTIVE, "jwt:" + subject(claims));
    Permissions permissions =
        Permissions.among(TokenClaim.words(claims.getClaims(), config.permissionsClaim()));
    return new Grant(caller, permissions, () -> clock.instant().isBefore(end));
  }

  /** Its claims, when signature, issuer, audience and times are right. */
  private JWTClaimsSet proven(String text) {
    try {
      return processor.process(text, null);
    } catch (ExpiredJWTException e) {
      throw Grant.expired();
    } catch (ParseException | BadJOSEException | JOSEException e) {
      LOG.debug("a token proves nothing: {}", e.getClass().getSimpleName());
      throw invalid();
    }
  }

  private static Unauthenticated invalid() {
    return Credentials.invalid();
  }

  private String tenant(JWTClaimsSet claims) {
    String tenant = TokenClaim.text(claims.getClaims(), config.tenantClaim());
    if (!TenantName.isValid(tenant)) {
      throw new Unauthenticated(
          "TENANT_MISSING",
          "the token's claim '%s' must hold its tenant, %s"
              .formatted(config.tenantClaim(), TenantName.RULE));
    }
    return tenant;
  }

  private static String subject(JWTClaimsSet claims) {
    String subject = claims.getSubject();
    if (subject.isEmpty()
        || subject.length() > LONGEST_SUBJECT
        || subject.chars().anyMatch(Character::isISOControl)) {
      throw new Unauthenticated(
          "SUBJECT_UNUSABLE", "the token's sub must be 1 to 256 characters that can be printed");
    }
    return subject;
  }
}
