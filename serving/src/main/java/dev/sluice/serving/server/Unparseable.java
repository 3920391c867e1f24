package dev.sluice.serving.server;

import dev.sluice.serving.failure.Failure;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.OptionalInt;

/**
 * Stands in for a request that is not looked at, until {@link RequestRules} answers it with
 * INVALID_ARGUMENT: its bytes are not the message they should be, or are too many. (grpc-java
 * itself would break the call off as INTERNAL or UNKNOWN.)
 */
record Unparseable(Failure.InvalidInput reason) {

  /** A marshaller of a method's requests that never throws for bytes from outside. */
  static <Q> Marshaller<Q> tolerant(MethodDescriptor<Q, ?> method) {
    Marshaller<Q> strict = method.getRequestMarshaller();
    OptionalInt most = RequestSizes.of(method.getFullMethodName());
    return new Marshaller<>() {
      @Override
      public InputStream stream(Q value) {
        return strict.stream(value);
      }

      @Override
      @SuppressWarnings(
          "unchecked") // RequestRules keeps it from everyone who would look at its type
      public Q parse(InputStream stream) {
        if (most.isPresent() && length(stream) > most.getAsInt()) {
          return (Q) new Unparseable(Failure.InvalidInput.tooLarge(most.getAsInt()));
        }
        try {
          return strict.parse(stream);
        } catch (RuntimeException e) {
          return (Q) new Unparseable(Failure.InvalidInput.unparseable());
        }
      }
    };
  }

  /** The transport hands over whole messages, whose length it knows. */
  private static int length(InputStream message) {
    try {
      return message instanceof KnownLength ? message.available() : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
