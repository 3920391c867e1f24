package dev.sluice.bench.overload;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The process that makes load: for each line of orders that it reads it carries them out side by
 * side, prints a line when all their calls have ended, and one of what became of them.
 */
final class LoadMain {

  private static final ObjectMapper JSON = new ObjectMapper();

  private LoadMain() {}

  /**
   * @param arguments files of queries and of passages, one a line
   */
  public static void main(String[] arguments) throws Exception {
    List<String> queries = Files.readAllLines(Path.of(arguments[0]));
    List<String> passages = Files.readAllLines(Path.of(arguments[1]));
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      List<LoadOrder> orders = JSON.readValue(line, new TypeReference<>() {});
      System.out.println(JSON.writeValueAsString(run(orders, queries, passages)));
    }
    System.exit(0);
  }

  private static List<LoadFigures> run(
      List<LoadOrder> orders, List<String> queries, List<String> passages) throws Exception {
    List<LoadFigures> figures = new ArrayList<>();
    var loaded = new AtomicInteger(orders.size());
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name("load-", 0).factory())) {
      List<Future<LoadFigures>> running = new ArrayList<>();
      for (LoadOrder order : orders) {
        var requests = Requests.of(order.kind(), queries, passages, order.seed());
        running.add(
            threads.submit(
                () -> Load.run(order, requests, LoadMain::processorSeconds, () -> ended(loaded))));
      }
      for (Future<LoadFigures> each : running) {
        figures.add(each.get());
      }
    }
    return figures;
  }

  private static void ended(AtomicInteger loaded) {
    if (loaded.decrementAndGet() == 0) {
      System.out.println(LoadGenerator.ENDED);
    }
  }

  private static double processorSeconds() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime() / 1e9
        : 0;
  }
}
