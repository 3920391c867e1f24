package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embed.EmbedMain;
import dev.sluice.gateway.GatewayMain;
import dev.sluice.gateway.documents.NodeProcess;
import dev.sluice.gateway.v1.CollectionServiceGrpc;
import dev.sluice.gateway.v1.CreateCollectionRequest;
import dev.sluice.generate.GenerateMain;
import dev.sluice.rerank.RerankMain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every process of a running cluster is replaced, one after the other, while callers search, ask
 * and store. Each is a real process with the embedded models.
 */
@Timeout(600)
class RollingRestartIT {

  /** What a process says that drained after SIGTERM, and had not to be killed. */
  private static final int DRAINED = 143;

  private static final int ROUNDS = Boolean.getBoolean("sluice.long") ? 5 : 1;
  private static final int SOME = 4;

  @TempDir private Path folder;
  private final List<AutoCloseable> started = new ArrayList<>();
  private final Map<String, String> targets = new HashMap<>();
  private final List<ServiceProcess> services = new ArrayList<>();

  private void startServices(int replicas) throws IOException {
    service("embed", EmbedMain.class, replicas);
    service("rerank", RerankMain.class, replicas);
    service("generate", GenerateMain.class, replicas);
  }

  private void service(String name, Class<?> main, int replicas) throws IOException {
    List<ServiceProcess> all = new ArrayList<>();
    for (int i = 0; i < replicas; i++) {
      all.add(start(name, main, Map.of()));
    }
    services.addAll(all);
    targets.put(name.toUpperCase(Locale.ROOT) + "_TARGET", ServiceProcess.addresses(all));
  }

  private ServiceProcess start(String name, Class<?> main, Map<String, String> settings)
      throws IOException {
    ServiceProcess process = new ServiceProcess(name, main, settings, folder);
    started.add(process);
    return process;
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : started.reversed()) {
      each.close();
    }
  }

  private ServiceProcess gateway(Map<String, String> store) throws IOException {
    Map<String, String> settings = new HashMap<>(targets);
    settings.putAll(store);
    return start("gateway", GatewayMain.class, settings);
  }

  private RollingLoad loadThrough(Callers callers) throws InterruptedException {
    started.add(callers);
    CollectionServiceGrpc.newBlockingStub(callers.channel())
        .withDeadlineAfter(1, TimeUnit.MINUTES)
        .createCollection(
            CreateCollectionRequest.newBuilder().setCollection(RollingLoad.COLLECTION).build());
    RollingLoad load = new RollingLoad(callers.channel());
    load.store("first", "A lock has two gates. The gates hold back the water.");
    load.begin();
    load.awaitMore(SOME);
    return load;
  }

  @Test
  void noCallFailsWhileEveryProcessBeforeOpenSearchIsReplaced() throws Exception {
    startServices(2);
    NodeProcess node = NodeProcess.start(folder.resolve("node"));
    started.add(node);
    Map<String, String> store = Map.of("STORE", "opensearch", "OPENSEARCH_URLS", node.url());
    List<ServiceProcess> gateways = List.of(gateway(store), gateway(store));
    for (ServiceProcess each : all(gateways)) {
      each.awaitReady();
    }
    Callers callers = new Callers(ServiceProcess.addresses(gateways), false);
    RollingLoad load = loadThrough(callers);
    for (int round = 0; round < ROUNDS; round++) {
      for (ServiceProcess each : services) {
        assertThat(each.replace()).as("%s drained", each).isEqualTo(DRAINED);
        for (ServiceProcess gateway : gateways) {
          Patience.await(
              gateway + " is connected to the new " + each,
              () -> Connections.stand(gateway.address(), each.port()));
        }
        load.awaitMore(SOME);
      }
      for (ServiceProcess each : gateways) {
        assertThat(each.replace()).as("%s drained", each).isEqualTo(DRAINED);
        int before = callers.servedAt(each.port());
        Patience.await("the new one serves", () -> callers.servedAt(each.port()) > before);
        load.awaitMore(SOME);
      }
    }
    end(load, callers);
  }

  @Test
  void noCallFailsThatWaitsWhileTheOnlyGatewayIsReplaced() throws Exception {
    startServices(1);
    ServiceProcess gateway = gateway(Map.of("STORE", "lucene"));
    for (ServiceProcess each : all(List.of(gateway))) {
      each.awaitReady();
    }
    Callers callers = new Callers(gateway.address(), true);
    RollingLoad load = loadThrough(callers);
    for (int round = 0; round < ROUNDS; round++) {
      assertThat(gateway.replace()).as("it drained").isEqualTo(DRAINED);
      load.awaitMore(SOME);
    }
    end(load, callers);
  }

  private List<ServiceProcess> all(List<ServiceProcess> gateways) {
    List<ServiceProcess> all = new ArrayList<>(services);
    all.addAll(gateways);
    return all;
  }

  private static void end(RollingLoad load, Callers callers) throws InterruptedException {
    load.end();
    System.out.println("rolling restart: " + load + "; " + callers);
    load.check();
  }
}
