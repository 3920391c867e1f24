package dev.sluice.serving.server;

import io.grpc.MethodDescriptor.Marshaller;
import java.io.InputStream;

/**
 * Stands in for a request whose bytes are not the message they should be, until {@link
 * RequestRules} answers it with INVALID_ARGUMENT. (grpc-java itself would break the call off as
 * INTERNAL or UNKNOWN.)
 */
enum Unparseable {
  REQUEST;

  /** A marshaller that never throws for bytes from outside. */
  static <T> Marshaller<T> tolerant(Marshaller<T> strict) {
    return new Marshaller<>() {
      @Override
      public InputStream stream(T value) {
        return strict.stream(value);
      }

      @Override
      @SuppressWarnings(
          "unchecked") // RequestRules keeps it from everyone who would look at its type
      public T parse(InputStream stream) {
        try {
          return strict.parse(stream);
        } catch (RuntimeException e) {
          return (T) REQUEST;
        }
      }
    };
  }
}
