package dev.sluice.serving.models;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Lets only those in who know the token: {@code authorization: Bearer TOKEN}. */
final class AdminToken implements ServerInterceptor {

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final int SHORTEST = 16;

  private final byte[] expected;

  /**
   * @throws UncheckedIOException when the file cannot be read, or holds no token that is fit for it
   */
  AdminToken(Path file) {
    try {
      String token = Files.readString(file).strip();
      if (token.length() < SHORTEST) {
        throw new IOException("must hold at least " + SHORTEST + " characters");
      }
      expected = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("admin token file " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    if (isRight(headers.get(AUTHORIZATION))) {
      return next.startCall(call, headers);
    }
    call.close(
        Status.UNAUTHENTICATED.withDescription("needs the admin token as a bearer token"),
        new Metadata());
    return new ServerCall.Listener<>() {};
  }

  /** Takes as long for any text of a length. */
  private boolean isRight(@Nullable String given) {
    return given != null && MessageDigest.isEqual(expected, given.getBytes(StandardCharsets.UTF_8));
  }
}
