package dev.sluice.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.failure.Failure.PermissionDenied;
import dev.sluice.serving.failure.Failure.Unauthenticated;
import dev.sluice.serving.failure.Failure.Unavailable;
import dev.sluice.serving.network.IdleCall;
import dev.sluice.type.v1.Permission;
import dev.sluice.type.v1.Priority;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Who counts as which tenant at the door, and until when. */
class SeenTenantsTest {

  private static final String STRANGER = "";
  private static final Caller OF_ACME = new Caller("acme", Priority.INTERACTIVE);
  private static final Grant EVERYTHING = new Grant(OF_ACME, Permissions.EVERY, () -> true);
  private static final Grant SEARCHING =
      new Grant(OF_ACME, new Permissions(Set.of(Permission.SEARCH)), () -> true);

  private final AtomicLong clock = new AtomicLong();
  private final SeenTenants tenants = new SeenTenants(clock::get);
  private Supplier<Grant> proved = () -> EVERYTHING;
  private final AccessInterceptor interceptor =
      new AccessInterceptor(
          new Authentication() {
            @Override
            public Credential credential(Metadata headers) {
              return Credential.KEY;
            }

            @Override
            public Grant grant(Metadata headers) {
              return proved.get();
            }
          },
          tenants,
          new AccessMetrics(new SimpleMeterRegistry()));

  private static Metadata headers() {
    Metadata headers = new Metadata();
    headers.put(BearerAuthentication.AUTHORIZATION, "Bearer key");
    return headers;
  }

  private String seeming() {
    return tenants.of(headers());
  }

  private void call() {
    var _ =
        interceptor.interceptCall(
            new IdleCall<>(EmbedServiceGrpc.getEmbedMethod()),
            headers(),
            (_, _) -> new ServerCall.Listener<>() {});
  }

  @Test
  void whoWasAcceptedIsKnownAsItsTenant() {
    assertThat(seeming()).isEqualTo(STRANGER);
    call();
    assertThat(seeming()).isEqualTo("acme");
  }

  @Test
  void whoIsAskedForButNotAcceptedAgainIsForgotten() {
    call();
    for (int minute = 0; minute < 10; minute++) {
      assertThat(seeming()).isEqualTo("acme");
      var _ = clock.addAndGet(TimeUnit.MINUTES.toNanos(1));
    }
    assertThat(seeming()).isEqualTo(STRANGER);
  }

  @Test
  void whoIsAcceptedAgainStaysKnown() {
    for (int i = 0; i < 10; i++) {
      call();
      var _ = clock.addAndGet(TimeUnit.MINUTES.toNanos(9));
      assertThat(seeming()).isEqualTo("acme");
    }
  }

  @Test
  void whoIsRefusedIsAStrangerAtOnce() {
    call();
    proved =
        () -> {
          throw Credentials.invalid();
        };
    assertThatThrownBy(this::call).isInstanceOf(Unauthenticated.class);
    assertThat(seeming()).isEqualTo(STRANGER);
  }

  @Test
  void whoMayNotOrCannotBeProvedNowStaysKnown() {
    call();
    proved = () -> SEARCHING;
    assertThatThrownBy(this::call).isInstanceOf(PermissionDenied.class);
    proved =
        () -> {
          throw new Unavailable("ISSUER_UNAVAILABLE", "later");
        };
    assertThatThrownBy(this::call).isInstanceOf(Unavailable.class);
    assertThat(seeming()).isEqualTo("acme");
  }
}
