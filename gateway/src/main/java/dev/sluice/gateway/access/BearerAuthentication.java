package dev.sluice.gateway.access;

import com.google.common.collect.ImmutableList;
import dev.sluice.serving.failure.Failure.Unauthenticated;
import io.grpc.Metadata;
import java.util.List;

/**
 * By {@code authorization: Bearer …}, once in a call. Keys and tokens are told apart by how they
 * begin.
 */
record BearerAuthentication(Credentials keys, Credentials tokens) implements Authentication {

  static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private static final String SCHEME = "Bearer ";

  /** Longer than what servers let pass in headers by default. */
  private static final int LONGEST = 16 << 10;

  @Override
  public Credential credential(Metadata headers) {
    List<String> given = given(headers);
    if (given.isEmpty()) {
      return Credential.MISSING;
    }
    return given.getFirst().startsWith(ApiKey.BEGINNING, SCHEME.length())
        ? Credential.KEY
        : Credential.TOKEN;
  }

  @Override
  public Grant grant(Metadata headers) {
    List<String> given = given(headers);
    if (given.isEmpty()) {
      throw new Unauthenticated(
          "CREDENTIALS_MISSING",
          "say who is calling: send 'authorization: Bearer …' with an API key or a token");
    }
    String only = given.getFirst();
    boolean bearer = only.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    if (given.size() > 1 || !bearer || only.length() > LONGEST) {
      throw Credentials.invalid();
    }
    String text = only.substring(SCHEME.length()).strip();
    return (text.startsWith(ApiKey.BEGINNING) ? keys : tokens).grant(text);
  }

  private static List<String> given(Metadata headers) {
    Iterable<String> all = headers.getAll(AUTHORIZATION);
    return all == null ? List.of() : ImmutableList.copyOf(all);
  }
}
