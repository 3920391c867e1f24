package dev.sluice.serving.door;

import dev.sluice.serving.caller.CallerMetadata;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.Optional;

/** What a {@link CallDoor} has to know of those who call. Must answer within microseconds. */
public interface Callers {

  /** Of a service behind a gateway, which says whose call it is; all of it is answered at once. */
  Callers OF_SERVICES =
      new Callers() {
        private static final Duration PATIENCE = Duration.ofSeconds(2);

        @Override
        public String tenant(Metadata headers) {
          return CallerMetadata.tenant(headers);
        }

        @Override
        public Optional<Duration> patience(MethodDescriptor<?, ?> method) {
          return method.getType().clientSendsOneMessage()
              ? Optional.of(PATIENCE)
              : Optional.empty();
        }

        @Override
        public boolean isAdmitted(Metadata headers) {
          return CallerMetadata.isAdmitted(headers);
        }
      };

  /** Whose call it is, as far as its metadata tell. */
  String tenant(Metadata headers);

  /**
   * How long somebody who set no deadline waits until the call has an answer or the beginning of
   * one. Empty for a call that waits elsewhere, or lasts as long as it has something to send: the
   * limit does not count it.
   */
  Optional<Duration> patience(MethodDescriptor<?, ?> method);

  /** Whether the call is a part of one that another door let in, which counts on it. */
  default boolean isAdmitted(Metadata headers) {
    return false;
  }
}
