package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.gateway.v1.CollectionServiceGrpc;
import dev.sluice.gateway.v1.CreateCollectionRequest;
import dev.sluice.gateway.v1.ListCollectionsRequest;
import dev.sluice.gateway.v1.ListCollectionsResponse;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of an issuer that publishes its keys. */
@Timeout(120)
class TokenIT {

  @TempDir private Path folder;
  private final ECKey key = key("first");
  private final AtomicInteger asked = new AtomicInteger();
  private HttpServer issuer;
  private Cluster cluster;

  private static ECKey key(String id) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void start() throws IOException {
    issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    issuer.createContext(
        "/keys",
        exchange -> {
          asked.incrementAndGet();
          byte[] keys = new JWKSet(key).toString(true).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, keys.length);
          exchange.getResponseBody().write(keys);
          exchange.close();
        });
    issuer.start();
    String page = "http://127.0.0.1:" + issuer.getAddress().getPort() + "/keys";
    cluster =
        Cluster.open(
            folder,
            Map.of(
                "SLUICE_GATEWAY_JWT_ISSUER", "https://issuer",
                "SLUICE_GATEWAY_JWT_AUDIENCE", "sluice",
                "SLUICE_GATEWAY_JWT_JWKS", page));
  }

  @AfterEach
  void stop() {
    cluster.close();
    issuer.stop(0);
  }

  private static String token(ECKey key, String tenant) {
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer("https://issuer")
            .audience("sluice")
            .subject("alice")
            .expirationTime(Date.from(Instant.now().plusSeconds(3600)))
            .claim("tenant", tenant)
            .claim("permissions", List.of("read", "manage"))
            .build();
    try {
      SignedJWT token =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(), claims);
      token.sign(new ECDSASigner(key));
      return token.serialize();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  private ListCollectionsResponse list(String token) {
    return CollectionServiceGrpc.newBlockingStub(Keys.with(cluster.channel, token))
        .listCollections(ListCollectionsRequest.getDefaultInstance());
  }

  private void assertEnds(Code code, String token) {
    assertThatThrownBy(() -> list(token))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            failure -> assertThat(failure.getStatus().getCode()).isEqualTo(code));
  }

  @Test
  void tokensLeadToTheTenantThatTheyName() {
    var _ =
        CollectionServiceGrpc.newBlockingStub(Keys.with(cluster.channel, token(key, "acme")))
            .createCollection(CreateCollectionRequest.newBuilder().setCollection("c").build());

    assertThat(list(token(key, "acme")).getCollectionsCount()).isOne();
    assertThat(list(token(key, "rival")).getCollectionsCount()).isZero();
    assertThat(asked.get()).isOne();
  }

  @Test
  void tokensOfStrangersAreRefusedAndDoNotMakeTheGatewayAskItsIssuerEachTime() {
    for (int i = 0; i < 20; i++) {
      assertEnds(Code.UNAUTHENTICATED, token(key("stranger" + i), "acme"));
    }
    assertEnds(Code.UNAUTHENTICATED, token(key("first"), "acme"));
    assertThat(asked.get()).isLessThan(10);
  }

  @Test
  void whileTheIssuerIsAwayTokensOfKnownKeysCount() {
    list(token(key, "acme"));

    issuer.stop(0);

    assertThat(list(token(key, "acme")).getCollectionsCount()).isZero();
  }
}
