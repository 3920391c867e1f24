package dev.sluice.gateway.access;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Where an issuer's keys are read. */
interface KeySet {

  /** Bytes of a set, many times what any issuer has. */
  int LARGEST = 1 << 20;

  /** A weaker RSA key proves nothing today. */
  int LEAST_RSA_BITS = 2048;

  /** The public keys, as they are there now. */
  JWKSet read() throws IOException;

  /** How old what was read gets before it is read again. */
  Duration age();

  /** From a file. */
  static KeySet of(Path file) {
    return new KeySet() {
      @Override
      public JWKSet read() throws IOException {
        if (Files.size(file) > LARGEST) {
          throw new IOException("is larger than 1 MiB");
        }
        return parse(Files.readString(file));
      }

      @Override
      public Duration age() {
        return Duration.ofSeconds(5);
      }
    };
  }

  /** From an address. A client of its own, which lives as long as the process. */
  static KeySet of(URI page) {
    return of(page, Duration.ofSeconds(10));
  }

  /**
   * @param patience how long the whole answer may take
   */
  static KeySet of(URI page, Duration patience) {
    HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(5))
            .followRedirects(Redirect.NEVER)
            .build();
    HttpRequest request = HttpRequest.newBuilder(page).header("Accept", "application/json").build();
    return new KeySet() {
      @Override
      public JWKSet read() throws IOException {
        return fetch(client, request, patience);
      }

      @Override
      public Duration age() {
        return Duration.ofMinutes(5);
      }
    };
  }

  private static JWKSet fetch(HttpClient client, HttpRequest request, Duration patience)
      throws IOException {
    CompletableFuture<HttpResponse<String>> response =
        client.sendAsync(
            request, BodyHandlers.limiting(BodyHandlers.ofString(StandardCharsets.UTF_8), LARGEST));
    try {
      HttpResponse<String> answer = response.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (answer.statusCode() != 200) {
        throw new IOException("answers with status " + answer.statusCode());
      }
      return parse(answer.body());
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("has not answered within " + patience.toMillis() + " ms", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("was not waited for", e);
    } finally {
      response.cancel(true);
    }
  }

  /** Symmetric keys are left out: what checks a token must not be able to make one. */
  private static JWKSet parse(String json) throws IOException {
    try {
      return new JWKSet(
          JWKSet.parse(json).toPublicJWKSet().getKeys().stream()
              .filter(key -> !(key instanceof RSAKey rsa) || rsa.size() >= LEAST_RSA_BITS)
              .toList());
    } catch (ParseException | IllegalArgumentException e) {
      throw new IOException("is no JSON Web Key Set", e);
    }
  }
}
