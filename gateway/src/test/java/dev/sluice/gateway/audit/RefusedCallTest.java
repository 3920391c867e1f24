package dev.sluice.gateway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.serving.caller.Caller;
import io.grpc.Context;
import io.grpc.Status.Code;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whose lines are bounded by the second. */
class RefusedCallTest {

  private static final int CALLS = 150;

  private final AtomicInteger written = new AtomicInteger();

  private final AuditTarget counting =
      new AuditTarget() {
        @Override
        public void append(byte[] lines) {
          var _ =
              written.addAndGet((int) new String(lines, StandardCharsets.UTF_8).lines().count());
        }

        @Override
        public void close() {}
      };

  private int linesOf(Code code, boolean known) {
    InstantSource clock = InstantSource.fixed(Instant.EPOCH);
    try (var log = new AuditLog(counting, () -> 0, new SimpleMeterRegistry())) {
      for (int i = 0; i < CALLS; i++) {
        CallTrail trail = new CallTrail(log, clock, "sluice.gateway.v1.SearchService/Search", "");
        if (known) {
          trail.in(Context.ROOT).run(() -> CallTrail.calls(Caller.ANONYMOUS));
        }
        trail.end(code);
      }
    }
    return written.get();
  }

  @ParameterizedTest
  @EnumSource(
      value = Code.class,
      names = {"UNAVAILABLE", "CANCELLED", "DEADLINE_EXCEEDED", "INTERNAL", "UNAUTHENTICATED"})
  void linesOfCallersThatWereNeverKnownAreBoundedWhateverTheCode(Code code) {
    assertThat(linesOf(code, false)).isEqualTo(AuditLog.MOST_REFUSED);
  }

  @Test
  void linesOfKnownCallersAreBoundedWhereTheyWereRefusedAlone() {
    assertThat(linesOf(Code.UNAVAILABLE, true)).isEqualTo(CALLS);
    written.set(0);
    assertThat(linesOf(Code.RESOURCE_EXHAUSTED, true)).isEqualTo(AuditLog.MOST_REFUSED);
  }
}
