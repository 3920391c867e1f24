package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.example.ClientExample;
import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.AnswerServiceGrpc;
import dev.sluice.gateway.v1.CollectionServiceGrpc;
import dev.sluice.gateway.v1.CreateCollectionRequest;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.GetDocumentRequest;
import dev.sluice.gateway.v1.ListDocumentsRequest;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import dev.sluice.generate.GenerateConfig;
import dev.sluice.generate.GenerateServer;
import dev.sluice.generate.v1.Message;
import dev.sluice.rerank.v1.RerankDocument;
import dev.sluice.rerank.v1.RerankRequest;
import dev.sluice.rerank.v1.RerankServiceGrpc;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.server.ServiceServer;
import dev.sluice.serving.tls.TestAuthority;
import dev.sluice.standalone.MetricsPage.Family;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Holds docs/metrics.md and what the running processes expose together, and that no caller adds
 * series. Run with {@code -Dsluice.write=true} to write the tables anew.
 */
@Timeout(600)
class MetricsIT {

  private static final Path DOC =
      Path.of(System.getProperty("sluice.root", ".."), "docs", "metrics.md");
  private static final Pattern TABLE =
      Pattern.compile("(?s)<!-- metrics: (\\S+) -->\n(.*?)<!-- end of metrics -->\n");
  private static final Pattern LABEL_ROW =
      Pattern.compile("(?m)^\\| `(\\w+)` \\| (?:`(\\w+)`)? ?\\| (.*) \\|$");
  private static final Pattern VALUE = Pattern.compile("`([^`]+)`");
  private static final Pattern SERVER = Pattern.compile("^(\\w+) .* management (http://\\S+)$");

  /** Traced, so that what is counted of spans is there; nobody takes them. */
  private static final String TRACES = "SLUICE_TRACES_ENDPOINT";

  private static final String NOWHERE = "http://127.0.0.1:9";
  private static final String WITH_SERVER = "generate with a model server";
  private static final Pattern UNIT =
      Pattern.compile(
          ".*_(seconds|bytes|tokens|items|ratio|documents|chunks|texts|sentences|streams|threads"
              + "|files|fds|messages|ns|entries|percent)(_total)?");

  @TempDir private static Path data;
  private static LocalCluster cluster;
  private static HttpServer modelServer;
  private static ServiceServer gated;
  private static ManagedChannel channel;
  private static ManagedChannel embed;

  @BeforeAll
  static void start() throws IOException {
    Path tls = data.resolve("tls");
    Map<String, String> settings = new HashMap<>(MutualTls.settings(tls));
    settings.put(TRACES, NOWHERE);
    cluster = LocalCluster.start(ClusterConfig.read(settings, data.resolve("data"), true));
    modelServer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    modelServer.start();
    gated = GenerateServer.start(GenerateConfig.read(new Settings(gatedSettings())));
    channel = channel(cluster.gatewayAddress(), tls.resolve(MutualTls.CALLER));
    embed =
        channel(
            cluster.serverLines().stream()
                .filter(line -> line.startsWith("embed"))
                .map(line -> line.replaceAll(".* gRPC ([^,]+),.*", "$1"))
                .findFirst()
                .orElseThrow(),
            tls.resolve("gateway"));
    ClientExample.storeAndAsk(channel);
    traffic();
  }

  private static ManagedChannel channel(String address, Path identity) throws IOException {
    return Grpc.newChannelBuilder(address, TestAuthority.client(identity)).build();
  }

  /** Its model server answers 404 to everything, and is believed to have the model. */
  private static Map<String, String> gatedSettings() {
    return Map.of(
        "SLUICE_GENERATE_PORT",
        "0",
        "SLUICE_GENERATE_MANAGEMENT_PORT",
        "0",
        TRACES,
        NOWHERE,
        "SLUICE_GENERATE_BACKEND",
        "openai",
        "SLUICE_GENERATE_MODEL_NAME",
        "test",
        "SLUICE_GENERATE_TARGETS",
        "http://127.0.0.1:" + modelServer.getAddress().getPort() + "/v1");
  }

  @AfterAll
  static void stop() {
    channel.shutdownNow();
    embed.shutdownNow();
    cluster.close();
    gated.close();
    modelServer.stop(0);
  }

  /** However busy the machine is. */
  private static <S extends AbstractStub<S>> S patient(S stub) {
    return stub.withDeadlineAfter(1, TimeUnit.MINUTES);
  }

  private static SearchRequest.Builder search(String collection) {
    return SearchRequest.newBuilder().setCollection(collection).setQuery("old keys");
  }

  /** A call of every kind. */
  private static void traffic() {
    patient(SearchServiceGrpc.newBlockingStub(channel)).search(search("handbook").build());
    patient(AnswerServiceGrpc.newBlockingStub(channel))
        .streamAnswer(
            AnswerRequest.newBuilder()
                .setCollection("handbook")
                .addMessages(
                    Message.newBuilder()
                        .setRole(Message.Role.USER)
                        .setContent("How often are signing keys rotated?"))
                .build())
        .forEachRemaining(_ -> {});
    var embedding = patient(EmbedServiceGrpc.newBlockingStub(channel));
    EmbedRequest text = EmbedRequest.newBuilder().addTexts("a text").build();
    embedding.embed(text);
    patient(RerankServiceGrpc.newBlockingStub(channel))
        .rerank(
            RerankRequest.newBuilder()
                .setQuery("keys")
                .addDocuments(RerankDocument.newBuilder().setText("old keys"))
                .build());
    assertThatThrownBy(() -> embedding.embed(EmbedRequest.getDefaultInstance()))
        .isInstanceOf(StatusRuntimeException.class);
    assertThatThrownBy(() -> embedding.withDeadlineAfter(1, TimeUnit.NANOSECONDS).embed(text))
        .isInstanceOf(StatusRuntimeException.class);
  }

  /** The pages of all processes, by their names. */
  private static Map<String, MetricsPage> pages() throws IOException, InterruptedException {
    Map<String, MetricsPage> pages = new LinkedHashMap<>();
    for (String line : cluster.serverLines()) {
      MatchResult server = SERVER.matcher(line).results().findFirst().orElseThrow();
      pages.put(server.group(1), page(server.group(2)));
    }
    pages.put(WITH_SERVER, page("http://127.0.0.1:" + gated.managementPort()));
    return pages;
  }

  private static MetricsPage page(String server) throws IOException, InterruptedException {
    return MetricsPage.read(URI.create(server + "/metrics"));
  }

  /** Pauses are counted from the first one on, by a thread of the JVM. */
  private static Map<String, MetricsPage> pagesAfterACollection()
      throws IOException, InterruptedException {
    Map<String, MetricsPage> pages = pages();
    while (!pages.values().stream()
        .allMatch(page -> page.families().containsKey("jvm_gc_pause_seconds"))) {
      System.gc();
      pages = pages();
    }
    return pages;
  }

  private static List<String> rows(Map<String, MetricsPage> pages) {
    SortedMap<String, Family> families = new TreeMap<>();
    pages
        .values()
        .forEach(page ->
            page.families().forEach((name, family) -> families.merge(name, family, Family::with)));
    return families.entrySet().stream()
        .map(each -> row(each.getKey(), each.getValue(), having(each.getKey(), pages)))
        .toList();
  }

  private static List<String> having(String name, Map<String, MetricsPage> pages) {
    return pages.entrySet().stream()
        .filter(page -> page.getValue().families().containsKey(name))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static String row(String name, Family family, List<String> processes) {
    var unit = UNIT.matcher(name);
    return "| `%s` | %s | %s | %s | %s | %s |"
        .formatted(
            name,
            family.type,
            unit.matches() ? unit.group(1) : "",
            family.labels.keySet().stream()
                .map(label -> "`" + label + "`")
                .collect(Collectors.joining(", ")),
            processes(processes),
            family.meaning);
  }

  private static String processes(List<String> processes) {
    if (processes.size() > 4) {
      return "all";
    }
    return processes.equals(List.of(WITH_SERVER))
        ? WITH_SERVER
        : processes.stream()
            .filter(process -> !process.equals(WITH_SERVER))
            .collect(Collectors.joining(", "));
  }

  @Test
  void everyMetricOfEveryProcessIsInThePageAndTheOtherWayRound() throws Exception {
    List<String> exposed = rows(pagesAfterACollection());
    String doc = Files.readString(DOC);
    if (Boolean.getBoolean("sluice.write")) {
      doc = TABLE.matcher(doc).replaceAll(table -> written(table.group(1), exposed));
      Files.writeString(DOC, doc);
    }
    List<String> listed =
        TABLE
            .matcher(doc)
            .results()
            .flatMap(table -> table.group(2).lines().filter(line -> line.startsWith("| `")))
            .toList();

    assertThat(listed).containsExactlyInAnyOrderElementsOf(exposed);
  }

  /** The table of the metrics that begin with one of the prefixes. */
  private static String written(String prefixes, List<String> rows) {
    List<String> wanted = List.of(prefixes.split(","));
    return rows.stream()
        .filter(row -> wanted.stream().anyMatch(prefix -> row.startsWith("| `" + prefix)))
        .collect(
            Collectors.joining(
                "\n",
                "<!-- metrics: "
                    + prefixes
                    + " -->\n| metric | type | unit | labels | processes | meaning |\n"
                    + "| --- | --- | --- | --- | --- | --- |\n",
                "\n<!-- end of metrics -->\n"))
        .replace("$", "\\$");
  }

  @Test
  void everyLabelHasTheValuesThatThePageNames() throws Exception {
    List<MatchResult> rows = LABEL_ROW.matcher(Files.readString(DOC)).results().toList();
    for (MetricsPage page : pages().values()) {
      page.families()
          .forEach((name, family) ->
              family.labels.forEach((label, values) ->
                  assertThat(values).isSubsetOf(allowed(rows, name, label, values))));
    }
  }

  /** The values that the page lists for a label; the given ones where it describes them instead. */
  private static Iterable<String> allowed(
      List<MatchResult> rows, String name, String label, Iterable<String> given) {
    MatchResult row =
        rows.stream()
            .filter(each -> each.group(1).equals(label))
            .filter(each -> each.group(2) == null || name.startsWith(each.group(2)))
            .findFirst()
            .orElseThrow(
                () -> new AssertionError("docs/metrics.md has no label " + label + " of " + name));
    List<String> listed =
        VALUE.matcher(row.group(3)).results().map(value -> value.group(1)).toList();
    return listed.isEmpty() ? given : listed;
  }

  @Test
  void aFloodOfNamesAddsNoSeries() throws Exception {
    flood("warm-up");
    Set<String> before = series();
    for (int i = 0; i < 200; i++) {
      flood("f" + i);
    }
    for (int i = 0; i < 20; i++) {
      patient(CollectionServiceGrpc.newBlockingStub(channel))
          .createCollection(CreateCollectionRequest.newBuilder().setCollection("made" + i).build());
    }

    assertThat(series()).isEqualTo(before);
  }

  /** How a call ended may differ with the machine's load, so it does not count. */
  private static Set<String> series() throws IOException, InterruptedException {
    Set<String> all = new TreeSet<>();
    pages()
        .forEach((process, page) ->
            page.series().stream()
                .filter(series -> !series.startsWith("jvm_"))
                .map(series -> series.replaceAll("(statusCode|outcome)=[^,}]*", ""))
                .map(series -> process + " " + series)
                .forEach(all::add));
    return all;
  }

  /** A name wherever a caller can put one. */
  private static void flood(String name) {
    var searches = patient(SearchServiceGrpc.newBlockingStub(channel));
    fails(() -> searches.search(search(name).build()));
    fails(() ->
        searches.search(
            SearchRequest.newBuilder().setDataSource(name).setQuery("old keys").build()));
    var documents = patient(DocumentServiceGrpc.newBlockingStub(channel));
    fails(() ->
        documents.getDocument(
            GetDocumentRequest.newBuilder().setCollection("handbook").setDocumentId(name).build()));
    documents.listDocuments(
        ListDocumentsRequest.newBuilder()
            .setCollection("handbook")
            .setFilter("a.startsWith(\"" + name + "\")")
            .build());
    EmbedRequest text = EmbedRequest.newBuilder().addTexts(name).build();
    fails(() ->
        patient(EmbedServiceGrpc.newBlockingStub(channel))
            .embed(text.toBuilder().setModel(name).build()));
    var tenant = new Metadata();
    tenant.put(Metadata.Key.of("sluice-tenant", Metadata.ASCII_STRING_MARSHALLER), name);
    patient(EmbedServiceGrpc.newBlockingStub(embed))
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(tenant))
        .embed(text);
    fails(() -> unknown(channel, "sluice.gateway.v1.SearchService/" + name, text));
    fails(() -> unknown(channel, name + "/Search", text));
  }

  private static void unknown(Channel to, String method, EmbedRequest request) {
    MethodDescriptor<EmbedRequest, ?> embedding = EmbedServiceGrpc.getEmbedMethod();
    ClientCalls.blockingUnaryCall(
        to,
        embedding.toBuilder().setFullMethodName(method).build(),
        CallOptions.DEFAULT.withDeadlineAfter(1, TimeUnit.MINUTES),
        request);
  }

  private static void fails(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(StatusRuntimeException.class);
  }
}
