package dev.sluice.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.NameResolver;
import io.grpc.NameResolver.ConfigOrError;
import io.grpc.NameResolver.ResolutionResult;
import io.grpc.NameResolver.ServiceConfigParser;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AddressListTest {

  /** No name has labels of more than 63 characters. */
  private static final String UNKNOWN = "a".repeat(64) + ":7401";

  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
  private final List<ResolutionResult> results = new ArrayList<>();

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  private NameResolver resolver(String target) {
    NameResolver resolver =
        new AddressList()
            .newNameResolver(
                URI.create(AddressList.target(target)),
                NameResolver.Args.newBuilder()
                    .setDefaultPort(80)
                    .setProxyDetector(address -> null)
                    .setSynchronizationContext(
                        new SynchronizationContext((thread, failure) -> {
                          throw new AssertionError(failure);
                        }))
                    .setServiceConfigParser(
                        new ServiceConfigParser() {
                          @Override
                          public ConfigOrError parseServiceConfig(Map<String, ?> raw) {
                            return ConfigOrError.fromConfig(raw);
                          }
                        })
                    .setScheduledExecutorService(timer)
                    .setOffloadExecutor(Runnable::run)
                    .build());
    assertThat(resolver).isNotNull();
    return resolver;
  }

  private NameResolver started(String target) {
    NameResolver resolver = resolver(target);
    resolver.start(
        new NameResolver.Listener2() {
          @Override
          public void onResult(ResolutionResult result) {
            results.add(result);
          }

          @Override
          public void onError(Status error) {
            throw new AssertionError(error);
          }
        });
    return resolver;
  }

  @Test
  void everyReplicaOfTheListIsFound() {
    started("127.0.0.1:7401, 127.0.0.1:7411");

    assertThat(results.getFirst().getAddressesOrError().getValue()).hasSize(2);
    assertThat(timer.getQueue()).isEmpty();
  }

  @Test
  void aReplicaWhoseNameIsNotKnownYetIsLookedForAgain() {
    NameResolver resolver = started("127.0.0.1:7401," + UNKNOWN);
    resolver.refresh();

    assertThat(results.getLast().getAddressesOrError().getValue()).hasSize(1);
    assertThat(timer.getQueue()).filteredOn(next -> !isCancelled(next)).hasSize(1);

    resolver.shutdown();
    assertThat(timer.getQueue()).allMatch(AddressListTest::isCancelled);
  }

  private static boolean isCancelled(Runnable scheduled) {
    return ((Future<?>) scheduled).isCancelled();
  }

  @Test
  void withoutAnyItSaysSo() {
    started(UNKNOWN + "," + UNKNOWN);

    assertThat(results.getFirst().getAddressesOrError().getStatus().getCode())
        .isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void anAddressWithoutAPortIsRefusedAtOnce() {
    assertThatThrownBy(() -> resolver("127.0.0.1:7401,replica-2"))
        .hasMessage("replica-2 has no port");
  }
}
