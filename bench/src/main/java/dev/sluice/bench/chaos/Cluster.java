package dev.sluice.bench.chaos;

import dev.sluice.bench.overhead.ChildProcess;
import dev.sluice.embed.EmbedMain;
import dev.sluice.gateway.GatewayMain;
import dev.sluice.generate.GenerateMain;
import dev.sluice.rerank.RerankMain;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A gateway and two replicas of each service, each a process of its own, with what stands between
 * and behind them in its {@link Layout}. Owns all of it.
 */
final class Cluster implements AutoCloseable {

  static final String EMBED = "embed";
  static final String RERANK = "rerank";
  static final String GENERATE = "generate";
  static final String GATEWAY = "gateway";

  /** Within the time below, of a process that takes its part of the calls. */
  private static final int SEVERAL_ANSWERS = 3;

  private static final long IN_USE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final int REPLICAS = 2;
  private static final int DISK_MEBIBYTES = 24;
  private static final long POLL_MILLIS = 200;
  private static final List<String> SERVICES = List.of(EMBED, RERANK, GENERATE);

  private final Layout layout;
  private final Path folder;
  private final Map<String, List<ServerProcess>> servers = new HashMap<>();
  private final Map<String, List<Link>> links = new HashMap<>();
  private final List<AutoCloseable> owned = new CopyOnWriteArrayList<>();
  private @Nullable SmallDisk disk;
  private @Nullable SteppedClock gatewayClock;
  private @Nullable SteppedClock servicesClock;
  private @Nullable ChildProcess modelServers;
  private List<String> modelServerAddresses = List.of();

  Cluster(Layout layout, Path folder) {
    this.layout = layout;
    this.folder = folder;
  }

  /** Starts it and waits until it takes calls. */
  void start() throws IOException, InterruptedException {
    prepare();
    for (String service : SERVICES) {
      startServices(service);
    }
    for (String service : SERVICES) {
      for (ServerProcess each : all(service)) {
        each.awaitReady();
      }
    }
    ServerProcess gateway =
        own(
            new ServerProcess(
                GATEWAY, GatewayMain.class, gatewaySettings(), gatewayLaunch(), folder));
    servers.put(GATEWAY, List.of(gateway));
    gateway.restart();
    if (layout == Layout.LINKED) {
      links.put(GATEWAY, List.of(own(new Link(gateway.port()))));
    }
  }

  private void prepare() throws IOException {
    switch (layout) {
      case PLAIN, LINKED -> {}
      case SMALL_DISK -> disk = own(SmallDisk.mount(folder, DISK_MEBIBYTES));
      case STEPPED_CLOCKS -> {
        gatewayClock = SteppedClock.create(folder.resolve("gateway-clock"));
        servicesClock = SteppedClock.create(folder.resolve("services-clock"));
      }
      case MODEL_SERVERS -> {
        modelServers = own(ChildProcess.start(LyingServersMain.class, Map.of()));
        modelServerAddresses = List.of(modelServers.line().split(" "));
      }
    }
  }

  private <T extends AutoCloseable> T own(T resource) {
    owned.add(resource);
    return resource;
  }

  private void startServices(String service) throws IOException {
    Launch launch = servicesClock == null ? Launch.PLAIN : servicesClock.launch();
    List<ServerProcess> replicas = new ArrayList<>();
    List<Link> ways = new ArrayList<>();
    for (int i = 0; i < REPLICAS; i++) {
      ServerProcess replica =
          own(
              new ServerProcess(
                  service + "-" + (i + 1), main(service), settings(service, i), launch, folder));
      replica.start();
      replicas.add(replica);
      if (layout == Layout.LINKED) {
        ways.add(own(new Link(replica.port())));
      }
    }
    servers.put(service, replicas);
    links.put(service, ways);
  }

  private static Class<?> main(String service) {
    return switch (service) {
      case EMBED -> EmbedMain.class;
      case RERANK -> RerankMain.class;
      default -> GenerateMain.class;
    };
  }

  private Map<String, String> settings(String service, int replica) {
    if (layout != Layout.MODEL_SERVERS || service.equals(RERANK)) {
      return Map.of();
    }
    return service.equals(EMBED)
        ? Map.of(
            "SLUICE_EMBED_BACKEND",
            "inference",
            "SLUICE_EMBED_TARGETS",
            modelServerAddresses.get(replica))
        : Map.of(
            "SLUICE_GENERATE_BACKEND",
            "openai",
            "SLUICE_GENERATE_MODEL_NAME",
            ChatServer.MODEL,
            "SLUICE_GENERATE_TARGETS",
            modelServerAddresses.get(REPLICAS + replica));
  }

  private Map<String, String> gatewaySettings() {
    Map<String, String> settings = new HashMap<>();
    Path data = disk == null ? folder.resolve("data") : disk.data();
    settings.put("SLUICE_DATA", data.toString());
    for (String service : SERVICES) {
      List<Integer> ports =
          layout == Layout.LINKED
              ? links(service).stream().map(Link::port).toList()
              : all(service).stream().map(ServerProcess::port).toList();
      settings.put(
          "SLUICE_GATEWAY_" + service.toUpperCase(Locale.ROOT) + "_TARGET",
          String.join(",", ports.stream().map(port -> "127.0.0.1:" + port).toList()));
    }
    return settings;
  }

  private Launch gatewayLaunch() {
    if (disk != null) {
      return disk.launch();
    }
    return gatewayClock == null ? Launch.PLAIN : gatewayClock.launch();
  }

  /** The replicas of a service; of the gateway there is one. */
  List<ServerProcess> all(String service) {
    return servers.getOrDefault(service, List.of());
  }

  /** The replica that things happen to. */
  ServerProcess one(String service) {
    return all(service).getFirst();
  }

  /** The links to a service's replicas, or that to the gateway. */
  List<Link> links(String service) {
    return links.getOrDefault(service, List.of());
  }

  /** All links between the gateway and the services. */
  List<Link> inner() {
    return SERVICES.stream().flatMap(service -> links(service).stream()).toList();
  }

  SmallDisk disk() {
    return there(disk);
  }

  SteppedClock gatewayClock() {
    return there(gatewayClock);
  }

  SteppedClock servicesClock() {
    return there(servicesClock);
  }

  /** Tells the first model server of a kind how to lie, as "chat DRIP". */
  void lie(String line) throws IOException {
    there(modelServers).tell(line);
  }

  /** How many lies the first model server of a kind has told, as "chat". */
  long liesTold(String server) throws IOException {
    there(modelServers).tell(LyingServersMain.TOLD + server);
    return Long.parseLong(there(modelServers).line());
  }

  /**
   * Waits until each process answers calls again: one that the gateway still leaves out, for a
   * fault that is over, would not notice the next one.
   */
  boolean awaitInUse(Duration patience) throws IOException, InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    for (ServerProcess each : servers.values().stream().flatMap(List::stream).toList()) {
      while (!isInUse(each)) {
        if (System.nanoTime() - end > 0) {
          return false;
        }
      }
    }
    return true;
  }

  /** One that is left out answers no more than a probe. */
  private static boolean isInUse(ServerProcess process) throws IOException, InterruptedException {
    double enough = process.answered() + SEVERAL_ANSWERS;
    long end = System.nanoTime() + IN_USE_NANOS;
    while (process.answered() < enough) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    return true;
  }

  private <T> T there(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("not in the layout " + layout);
    }
    return part;
  }

  /** Where callers call. */
  int port() {
    return layout == Layout.LINKED ? links(GATEWAY).getFirst().port() : one(GATEWAY).port();
  }

  /** What language models write here; empty where none does. */
  String written() {
    return layout == Layout.MODEL_SERVERS ? ChatLie.TRUTH : "";
  }

  @Override
  public void close() {
    for (AutoCloseable each : owned.reversed()) {
      try {
        each.close();
      } catch (Exception e) { // the others are closed all the same
        System.err.println(each + " was not closed: " + e);
      }
    }
  }
}
