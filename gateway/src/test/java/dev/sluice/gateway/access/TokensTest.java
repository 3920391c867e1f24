package dev.sluice.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Splitter;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.sluice.serving.failure.Failure.Unauthenticated;
import dev.sluice.type.v1.Permission;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TokensTest {

  private static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");
  private static final RSAKey OURS = key("ours");
  private static final RSAKey OTHER = key("ours");

  private static final Splitter PART = Splitter.on('.');

  private Instant now = NOON;

  private static RSAKey key(String id) {
    try {
      return new RSAKeyGenerator(2048).keyID(id).generate();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  private Tokens tokens(String tenantClaim, String permissionsClaim) {
    TokenConfig config =
        new TokenConfig(
            "https://issuer",
            "sluice",
            "unused",
            Duration.ofSeconds(30),
            tenantClaim,
            permissionsClaim);
    JWKSet known = new JWKSet(OURS).toPublicJWKSet();
    return new Tokens(config, (wanted, none) -> wanted.select(known), () -> now);
  }

  private static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer("https://issuer")
        .audience(List.of("another", "sluice"))
        .subject("alice")
        .expirationTime(Date.from(NOON.plusSeconds(600)))
        .claim("tenant", "acme")
        .claim("permissions", List.of("search", "openid"));
  }

  private static String signed(JWTClaimsSet claims) {
    return signed(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("ours"), claims, OURS);
  }

  private static String signed(JWSHeader.Builder header, JWTClaimsSet claims, RSAKey key) {
    try {
      return signed(header, claims, new RSASSASigner(key));
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  private static String signed(JWSHeader.Builder header, JWTClaimsSet claims, JWSSigner signer)
      throws JOSEException {
    SignedJWT token = new SignedJWT(header.build(), claims);
    token.sign(signer);
    return token.serialize();
  }

  private Grant grant(String token) {
    return tokens("tenant", "permissions").grant(token);
  }

  private void assertRefused(String token, String reason) {
    assertThatThrownBy(() -> grant(token))
        .isInstanceOfSatisfying(
            Unauthenticated.class, failure -> assertThat(failure.reason()).isEqualTo(reason));
  }

  private void assertInvalid(String token) {
    assertRefused(token, "CREDENTIALS_INVALID");
  }

  @Test
  void aTokenProvesItsSubjectItsTenantAndThePermissionsThatAreOurs() {
    Grant grant = grant(signed(claims().build()));

    assertThat(grant.caller().tenant()).isEqualTo("acme");
    assertThat(grant.caller().principal()).isEqualTo("jwt:alice");
    assertThat(grant.permissions().all()).containsExactly(Permission.SEARCH);
  }

  @Test
  void anAccessTokenOfThatTypeCounts() {
    JWSHeader.Builder typed =
        new JWSHeader.Builder(JWSAlgorithm.PS256).type(new JOSEObjectType("at+jwt")).keyID("ours");
    assertThat(grant(signed(typed, claims().build(), OURS)).caller().tenant()).isEqualTo("acme");
  }

  @Test
  void anUnsignedTokenProvesNothing() {
    assertInvalid(new PlainJWT(claims().build()).serialize());
  }

  @Test
  void aTokenSignedWithThePublicKeyAsASecretProvesNothing() throws JOSEException {
    byte[] published = OURS.toPublicKey().getEncoded();
    assertInvalid(
        signed(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("ours"),
            claims().build(),
            new MACSigner(published)));
  }

  @Test
  void aTokenOfAnotherKeyWithTheSameNameProvesNothing() {
    assertInvalid(
        signed(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("ours"), claims().build(), OTHER));
  }

  @Test
  void aTokenOfWhichACharacterWasChangedProvesNothing() {
    List<String> parts = PART.splitToList(signed(claims().build()));
    List<String> other = PART.splitToList(signed(claims().claim("tenant", "rival").build()));
    assertInvalid(parts.get(0) + "." + other.get(1) + "." + parts.get(2));
    assertInvalid("ey.ey.ey");
    assertInvalid("");
    assertInvalid(".".repeat(1000));
  }

  @Test
  void aTokenOfAnotherIssuerOrForAnotherAudienceProvesNothing() {
    assertInvalid(signed(claims().issuer("https://other").build()));
    assertInvalid(signed(claims().issuer(null).build()));
    assertInvalid(signed(claims().audience("another").build()));
    assertInvalid(signed(claims().audience(List.of()).build()));
  }

  @Test
  void aTokenWithoutAnEndOrASubjectProvesNothing() {
    assertInvalid(signed(claims().expirationTime(null).build()));
    assertInvalid(signed(claims().subject(null).build()));
  }

  @Test
  void aTokenThatExpiredCountsWithinTheClockSkewAndNotBeyond() {
    String token = signed(claims().build());

    now = NOON.plusSeconds(629);
    Grant grant = grant(token);
    assertThat(grant.holds().getAsBoolean()).isTrue();

    now = NOON.plusSeconds(631);
    assertThat(grant.holds().getAsBoolean()).isFalse();
    assertRefused(token, "CREDENTIALS_EXPIRED");
  }

  @Test
  void aTokenOfTheFutureDoesNotCountYet() {
    String token = signed(claims().notBeforeTime(Date.from(NOON.plusSeconds(60))).build());

    assertInvalid(token);
    now = NOON.plusSeconds(31);
    assertThat(grant(token).caller().tenant()).isEqualTo("acme");
  }

  @Test
  void aTokenWithoutATenantThatCanBeUsedIsToldWhichClaimIsMissing() {
    assertRefused(signed(claims().claim("tenant", null).build()), "TENANT_MISSING");
    assertRefused(signed(claims().claim("tenant", "a b").build()), "TENANT_MISSING");
    assertRefused(signed(claims().claim("tenant", "ä").build()), "TENANT_MISSING");
    assertRefused(signed(claims().claim("tenant", List.of("acme")).build()), "TENANT_MISSING");
  }

  @Test
  void claimsMayLieInObjectsAndPermissionsInOneText() {
    String token =
        signed(
            claims()
                .claim("org", Map.of("id", "beta"))
                .claim("scope", "openid read write")
                .claim("https://example.com/tenant", "gamma")
                .build());

    Grant grant = tokens("org.id", "scope").grant(token);
    assertThat(grant.caller().tenant()).isEqualTo("beta");
    assertThat(grant.permissions().all())
        .containsExactlyInAnyOrder(Permission.READ, Permission.WRITE);
    assertThat(tokens("https://example.com/tenant", "x").grant(token).caller().tenant())
        .isEqualTo("gamma");
  }

  @Test
  void aTokenWithoutPermissionsPermitsNothing() {
    assertThat(grant(signed(claims().claim("permissions", null).build())).permissions().all())
        .isEmpty();
  }
}
