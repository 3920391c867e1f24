package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.example.ClientExample;
import dev.sluice.gateway.v1.CheckGroundingRequest;
import dev.sluice.gateway.v1.EvidenceDocument;
import dev.sluice.gateway.v1.GroundingServiceGrpc;
import dev.sluice.gateway.v1.InlineEvidence;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import dev.sluice.serving.tracing.Collector;
import dev.sluice.serving.tracing.Collector.Received;
import dev.sluice.serving.tracing.Spans;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a collector gets of the whole cluster: no new traces, only those of callers. */
class TracesIT {

  private static final CallerTrace ASKED =
      new CallerTrace("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true);
  private static final CallerTrace PASSED =
      new CallerTrace("1af7651916cd43dd8448eb211c80319c", "c7ad6b7169203331", true);
  private static final CallerTrace UNSAMPLED =
      new CallerTrace("2af7651916cd43dd8448eb211c80319c", "d7ad6b7169203331", false);

  @TempDir private static Path data;
  private static Collector collector;
  private static List<Received> spans;

  @BeforeAll
  static void call() {
    collector = new Collector();
    Map<String, String> environment =
        Map.of("SLUICE_TRACES_ENDPOINT", collector.endpoint(), "SLUICE_TRACES_SAMPLE", "0");
    try (var cluster =
        LocalCluster.start(ClusterConfig.read(environment, data.resolve("data"), true))) {
      String gateway = cluster.gatewayAddress();
      during(gateway, ASKED, TracesIT::ask);
      during(gateway, PASSED, TracesIT::embed);
      during(gateway, UNSAMPLED, TracesIT::embed);
    }
    spans = collector.received();
  }

  @AfterAll
  static void stop() {
    collector.close();
  }

  private interface Calls {
    void make(ManagedChannel channel);
  }

  private static void during(String gateway, CallerTrace trace, Calls calls) {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(gateway).usePlaintext().intercept(trace.sender()).build();
    try {
      calls.make(channel);
    } finally {
      channel.shutdownNow();
    }
  }

  private static void ask(ManagedChannel channel) {
    var _ = ClientExample.storeAndAsk(channel);
    var _ =
        SearchServiceGrpc.newBlockingStub(channel)
            .search(SearchRequest.newBuilder().setCollection("handbook").setQuery("old").build());
    var _ =
        GroundingServiceGrpc.newBlockingStub(channel)
            .checkGrounding(
                CheckGroundingRequest.newBuilder()
                    .setText("Keys are rotated.")
                    .addDocuments(
                        EvidenceDocument.newBuilder()
                            .setInline(InlineEvidence.newBuilder().setText("Keys are rotated.")))
                    .build());
  }

  private static void embed(ManagedChannel channel) {
    var _ =
        EmbedServiceGrpc.newBlockingStub(channel)
            .embed(EmbedRequest.newBuilder().addTexts("a gate").build());
  }

  private static Stream<Received> of(CallerTrace trace) {
    return spans.stream().filter(span -> span.traceId().equals(trace.traceId()));
  }

  private static Received one(CallerTrace trace, String service, String name, Span.SpanKind kind) {
    return of(trace)
        .filter(span -> span.service().equals(service))
        .filter(span -> span.name().equals(name) && span.span().getKind() == kind)
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " of " + service + " is not in " + names()));
  }

  private static List<String> names() {
    return spans.stream().map(span -> span.service() + " " + span.name()).toList();
  }

  private static Received child(Received parent, String name) {
    return spans.stream()
        .filter(span -> span.traceId().equals(parent.traceId()))
        .filter(span -> span.parentId().equals(parent.spanId()) && span.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new AssertionError(name + " is not below " + parent.name() + " in " + names()));
  }

  private static Stream<Received> batches() {
    return spans.stream().filter(span -> span.name().equals(Spans.BATCH));
  }

  private static String hex(com.google.protobuf.ByteString id) {
    return HexFormat.of().formatHex(id.toByteArray());
  }

  @Test
  void oneTraceGoesFromTheCallerThroughTheStagesIntoTheServices() {
    Received wire =
        one(
            ASKED,
            "sluice-gateway",
            "sluice.gateway.v1.AnswerService/Answer",
            Span.SpanKind.SPAN_KIND_SERVER);
    assertThat(wire.parentId()).isEqualTo(ASKED.spanId());
    Received answer = child(wire, "answer");
    Map.of(
            "embed", "sluice.embed.v1.EmbedService/Embed",
            "rerank", "sluice.rerank.v1.RerankService/Rerank",
            "generate", "sluice.generate.v1.GenerateService/Generate")
        .forEach((stage, method) -> {
          Received sent = child(child(answer, stage), method);
          assertThat(sent.service()).isEqualTo("sluice-gateway");
          assertThat(child(sent, method).service()).isEqualTo("sluice-" + stage);
        });
    child(answer, "retrieve");
    child(answer, "verify");
  }

  @Test
  void aBatchIsLinkedToItsMembersAndTheyToIt() {
    Received embedded =
        one(
            PASSED,
            "sluice-embed",
            "sluice.embed.v1.EmbedService/Embed",
            Span.SpanKind.SPAN_KIND_SERVER);
    Span.Link link = embedded.span().getLinks(0);
    Received batch =
        batches()
            .filter(span -> span.spanId().equals(hex(link.getSpanId())))
            .findFirst()
            .orElseThrow();
    assertThat(batch.service()).isEqualTo("sluice-embed");
    assertThat(batch.parentId()).isEmpty();
    assertThat(batch.span().getLinksList())
        .map(each -> hex(each.getSpanId()))
        .contains(embedded.spanId());
    assertThat(embedded.span().getEventsList())
        .map(Span.Event::getName)
        .containsExactly(Spans.BATCHED);
  }

  @Test
  void aForwardedCallIsInItsCallersTrace() {
    String method = "sluice.embed.v1.EmbedService/Embed";
    Received wire = one(PASSED, "sluice-gateway", method, Span.SpanKind.SPAN_KIND_SERVER);
    assertThat(wire.parentId()).isEqualTo(PASSED.spanId());
    assertThat(child(child(wire, method), method).service()).isEqualTo("sluice-embed");
  }

  @Test
  void aDocumentHasASpanBelowItsStream() {
    Received wire =
        one(
            ASKED,
            "sluice-gateway",
            "sluice.gateway.v1.DocumentService/UpsertDocuments",
            Span.SpanKind.SPAN_KIND_SERVER);
    child(wire, Spans.DOCUMENT);
  }

  @Test
  void aStreamOfTextTellsItsFirstWordAndItsTokens() {
    Span generated =
        one(
                ASKED,
                "sluice-generate",
                "sluice.generate.v1.GenerateService/Generate",
                Span.SpanKind.SPAN_KIND_SERVER)
            .span();
    assertThat(generated.getEventsList()).map(Span.Event::getName).contains(Spans.FIRST_TOKEN);
    assertThat(generated.getAttributesList())
        .map(KeyValue::getKey)
        .contains(Spans.COMPLETION_TOKENS.getKey(), Spans.FINISH_REASON.getKey());
  }

  @Test
  void whatItsCallerDoesNotSampleIsNotSentAndNothingElseIsBegun() {
    assertThat(of(UNSAMPLED)).isEmpty();
    assertThat(spans)
        .filteredOn(span -> !span.name().equals(Spans.BATCH))
        .map(Received::traceId)
        .containsOnly(ASKED.traceId(), PASSED.traceId());
    assertThat(batches())
        .allSatisfy(batch ->
            assertThat(batch.span().getLinksList())
                .map(link -> hex(link.getTraceId()))
                .doesNotContain(UNSAMPLED.traceId()));
  }

  @Test
  void everySpanEventAndAttributeIsDocumented() throws IOException {
    var names = new TreeSet<String>();
    for (Received each : spans) {
      Span span = each.span();
      names.add(span.getName().contains("/") ? "<service>/<method>" : span.getName());
      span.getAttributesList().forEach(attribute -> names.add(attribute.getKey()));
      for (Span.Event event : span.getEventsList()) {
        names.add(event.getName());
        event.getAttributesList().forEach(attribute -> names.add(attribute.getKey()));
      }
    }
    Path root = Path.of(System.getProperty("sluice.root", ".."));
    String page = Files.readString(root.resolve("docs/tracing.md"));
    assertThat(names).hasSizeGreaterThan(20).allMatch(name -> page.contains("`" + name + "`"));
  }
}
