package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.example.ClientExample;
import dev.sluice.example.KeyedChannel;
import dev.sluice.gateway.access.KeyRing;
import dev.sluice.gateway.v1.AnswerResponse;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import dev.sluice.standalone.cli.Sluice;
import dev.sluice.standalone.client.Dialer;
import dev.sluice.standalone.console.Console;
import dev.sluice.standalone.console.Terminal;
import dev.sluice.type.v1.StageReport;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole cluster with keys that the command line made. */
@Timeout(300)
class KeyedClusterIT {

  @TempDir private Path folder;
  private Path file;
  private Path data;
  private LocalLauncher launcher;
  private RunningCluster cluster;
  private ManagedChannel channel;
  private String first;
  private String second;

  /** What a command left behind. */
  private record Outcome(int code, String out, String err) {}

  @BeforeEach
  void start() {
    file = folder.resolve("keys");
    data = folder.resolve("data");
    launcher = new LocalLauncher(Map.of("SLUICE_GATEWAY_API_KEYS_FILE", file.toString()));
    first = create("first");
    second = create("second");
    cluster = launcher.start(data, true);
    channel = NettyChannelBuilder.forTarget(cluster.gatewayAddress()).usePlaintext().build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    cluster.close();
  }

  private Outcome run(String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Terminal.NONE);
    int code = Sluice.run(List.of(arguments), launcher, console, Dialer.NETWORK);
    return new Outcome(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private String create(String tenant) {
    return run(
            "key",
            "create",
            "--file",
            file.toString(),
            "--name",
            "owner",
            "--tenant",
            tenant,
            "--permissions",
            "all")
        .out()
        .strip();
  }

  private Channel with(String key) {
    return KeyedChannel.of(channel, key);
  }

  @Test
  void whatModelsReadForOneTenantServesNoOther() {
    AnswerResponse answer = ClientExample.storeAndAsk(with(first));
    AnswerResponse other = ClientExample.storeAndAsk(with(second));

    assertThat(other.getText()).isEqualTo(answer.getText()).isNotEmpty();
    for (String stage : List.of("rerank", "generate")) {
      assertThat(report(other.getStageReportsList(), stage).getCacheHitCount()).as(stage).isZero();
    }
    StageReport again =
        report(
            SearchServiceGrpc.newBlockingStub(with(second))
                .withDeadlineAfter(60, TimeUnit.SECONDS)
                .search(
                    SearchRequest.newBuilder().setCollection("handbook").setQuery("keys").build())
                .getStageReportsList(),
            "rerank");
    assertThat(again.getCacheHitCount()).isEqualTo(again.getInputCount()).isPositive();
  }

  private static StageReport report(List<StageReport> reports, String stage) {
    return reports.stream().filter(each -> each.getStage().equals(stage)).findFirst().orElseThrow();
  }

  @Test
  void commandsThatFindTheClusterByItsDirectoryNeedAKeyToo() throws IOException {
    assertThat(cluster.accessLine()).contains("sluice key create --file " + file);
    String[] search = {"search", "keys", "-c", "handbook", "--data", data.toString()};

    Outcome stranger = run(search);
    assertThat(stranger.code()).isEqualTo(1);
    assertThat(stranger.err()).contains("--api-key-file or SLUICE_API_KEY_FILE").hasLineCount(1);

    Path key = Files.writeString(folder.resolve("my.key"), first + "\n");
    Outcome owner =
        run(
            "ingest",
            docs().toString(),
            "-c",
            "handbook",
            "--data",
            data.toString(),
            "--api-key-file",
            key.toString());
    assertThat(owner.err()).doesNotContain(first);
    assertThat(owner.code()).isZero();
    assertThat(KeyRing.read(file).byId()).hasSize(2);
  }

  @Test
  void howToSendAKeyStandsInTheDocumentation() throws IOException {
    Path root = Path.of(System.getProperty("sluice.root", ".."));
    Path source = root.resolve("standalone/src/test/java/dev/sluice/example/KeyedChannel.java");
    assertThat(Files.readString(root.resolve("docs/client.md")))
        .contains("```java\n" + Files.readString(source) + "```");
  }

  private Path docs() throws IOException {
    return Files.writeString(folder.resolve("keys.md"), "# Rotation\n\nKeys are rotated.\n");
  }
}
