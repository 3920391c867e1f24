package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import com.google.common.io.ByteStreams;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.sluice.gateway.access.Permissions;
import dev.sluice.gateway.v1.CollectionServiceGrpc;
import dev.sluice.gateway.v1.CreateCollectionRequest;
import dev.sluice.gateway.v1.ListCollectionsRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in, and to what. */
@Timeout(300)
class AccessIT {

  private static final Marshaller<byte[]> BYTES =
      new Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
          return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
          try {
            return ByteStreams.toByteArray(stream);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  private static final int WORKERS = 4;

  /** A field number that breaks off. */
  private static final byte[] NO_MESSAGE = {(byte) 0xff};

  @TempDir private Path folder;
  private Keys keys;
  private Cluster cluster;
  private String operator;

  @BeforeEach
  void start() {
    keys = new Keys(folder);
    operator = keys.add("operator", "a", "all");
    cluster = Cluster.open(folder, keys.settings());
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private Channel with(String... credentials) {
    return Keys.with(cluster.channel, credentials);
  }

  /** How a call ends whose message is none. */
  private static StatusRuntimeException call(Channel channel, String method) {
    MethodDescriptor<byte[], byte[]> called =
        MethodDescriptor.newBuilder(BYTES, BYTES)
            .setType(MethodType.SERVER_STREAMING)
            .setFullMethodName(method)
            .build();
    CallOptions patient = CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS);
    try {
      ClientCalls.blockingServerStreamingCall(channel, called, patient, NO_MESSAGE)
          .forEachRemaining(_ -> {});
      return Status.OK.asRuntimeException();
    } catch (StatusRuntimeException e) {
      return e;
    }
  }

  private static String reason(StatusRuntimeException failure) {
    com.google.rpc.Status status = StatusProto.fromThrowable(failure);
    assertThat(status).as(failure.toString()).isNotNull();
    for (Any detail : status.getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        try {
          return detail.unpack(ErrorInfo.class).getReason();
        } catch (InvalidProtocolBufferException e) {
          throw new AssertionError(e);
        }
      }
    }
    throw new AssertionError(failure);
  }

  private SortedSet<String> methods() {
    SortedSet<String> methods = ServedMethods.of(with(operator));
    methods.removeIf(method -> method.startsWith("grpc.health."));
    return methods;
  }

  private static void assertRefused(Channel channel, String reason) {
    StatusRuntimeException ended =
        call(channel, CollectionServiceGrpc.getListCollectionsMethod().getFullMethodName());
    assertThat(ended.getStatus().getCode()).isEqualTo(Code.UNAUTHENTICATED);
    assertThat(reason(ended)).isEqualTo(reason);
  }

  @Test
  void strangersReachNothingButHealthChecks() {
    assertThat(methods()).hasSizeGreaterThan(23);
    for (String method : methods()) {
      StatusRuntimeException ended = call(cluster.channel, method);
      assertThat(ended.getStatus().getCode()).as(method).isEqualTo(Code.UNAUTHENTICATED);
      assertThat(reason(ended)).as(method).isEqualTo("CREDENTIALS_MISSING");
    }
    assertThat(
            HealthGrpc.newBlockingStub(cluster.channel)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void everyMethodTakesOnePermissionAndNoOther() {
    Map<String, List<String>> takes = new TreeMap<>();
    for (String permission : Splitter.on(',').split(Permissions.names())) {
      Channel channel = with(keys.add(permission + "-only", "a", permission));
      awaitKey(channel);
      for (String method : methods()) {
        StatusRuntimeException ended = call(channel, method);
        if (ended.getStatus().getCode() == Code.PERMISSION_DENIED) {
          assertThat(reason(ended)).isEqualTo("PERMISSION_MISSING");
        } else {
          takes.computeIfAbsent(method, _ -> new ArrayList<>()).add(permission);
        }
      }
    }

    assertThat(takes.keySet()).isEqualTo(methods());
    assertThat(takes.values()).allSatisfy(permissions -> assertThat(permissions).hasSize(1));
    assertThat(takes)
        .containsEntry("sluice.gateway.v1.SearchService/Search", List.of("search"))
        .containsEntry("sluice.gateway.v1.DocumentService/UpsertDocuments", List.of("write"))
        .containsEntry("sluice.embed.v1.EmbedService/Embed", List.of("models"))
        .containsEntry(
            "grpc.reflection.v1.ServerReflection/ServerReflectionInfo", List.of("operate"))
        .containsEntry("grpc.channelz.v1.Channelz/GetServers", List.of("operate"));
  }

  private static void awaitKey(Channel channel) {
    String any = CollectionServiceGrpc.getListCollectionsMethod().getFullMethodName();
    try {
      Await.that(
          "the key is known",
          () -> call(channel, any).getStatus().getCode() != Code.UNAUTHENTICATED);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void credentialsThatProveNothingAreRefusedInTheSameWords() {
    String wrong = operator.substring(0, operator.length() - 1);
    for (String given : List.of(wrong, operator + "x", "nonsense", "a.b.c", "x".repeat(6000))) {
      assertRefused(with(given), "CREDENTIALS_INVALID");
    }
    assertRefused(with(operator, operator), "CREDENTIALS_INVALID");
    assertRefused(header("Basic b3BlcmF0b3I="), "CREDENTIALS_INVALID");
    assertRefused(header("Bearer"), "CREDENTIALS_INVALID");
    assertThat(call(header("bearer   " + operator), "sluice.gateway.v1.X/Y").getStatus().getCode())
        .isEqualTo(Code.UNIMPLEMENTED);
  }

  private Channel header(String value) {
    Metadata headers = new Metadata();
    headers.put(Keys.AUTHORIZATION, value);
    return ClientInterceptors.intercept(
        cluster.channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  @Test
  void aTokenThatIsHugeHarmsNobody() {
    String any = CollectionServiceGrpc.getListCollectionsMethod().getFullMethodName();

    assertThat(call(with("y".repeat(200_000)), any).getStatus().isOk()).isFalse();

    list(with(operator));
  }

  @Test
  void aKeyIsRotatedUnderLoadWithoutAFailedCall() throws InterruptedException {
    var current = new AtomicReference<>(operator);
    var stop = new AtomicBoolean();
    var finished = new AtomicReferenceArray<String>(WORKERS);
    var failures = new ConcurrentLinkedQueue<StatusRuntimeException>();
    List<Thread> load = new ArrayList<>();
    for (int i = 0; i < WORKERS; i++) {
      int worker = i;
      load.add(
          Thread.ofVirtual()
              .start(() -> {
                while (!stop.get()) {
                  String key = current.get();
                  try {
                    list(with(key));
                  } catch (StatusRuntimeException e) {
                    failures.add(e);
                  }
                  finished.set(worker, key);
                }
              }));
    }
    for (int rotation = 0; rotation < 3; rotation++) {
      String old = current.get();
      String next = keys.add("operator", "a", "all");
      awaitKey(with(next));
      current.set(next);
      Await.that(
          "all use the new key",
          () -> IntStream.range(0, WORKERS).allMatch(worker -> next.equals(finished.get(worker))));
      keys.remove(old);
      Await.that("the old key is refused", () -> isRefused(with(old)));
    }
    stop.set(true);
    for (Thread each : load) {
      each.join();
    }

    assertThat(failures).isEmpty();
  }

  private static void list(Channel channel) {
    var _ =
        CollectionServiceGrpc.newBlockingStub(channel)
            .withDeadlineAfter(60, TimeUnit.SECONDS)
            .listCollections(ListCollectionsRequest.getDefaultInstance());
  }

  private static boolean isRefused(Channel channel) {
    try {
      list(channel);
      return false;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode() == Code.UNAUTHENTICATED;
    }
  }

  @Test
  void aStreamEndsWithTheFirstDocumentAfterItsKeyWasTakenAway() throws InterruptedException {
    String writer = keys.add("writer", "a", "write");
    awaitKey(with(writer));
    var _ =
        CollectionServiceGrpc.newBlockingStub(with(operator))
            .createCollection(CreateCollectionRequest.newBuilder().setCollection("c").build());
    Upserts stream =
        Upserts.into(with(writer), "c").send(Cluster.document("1", "One.")).awaitAcknowledged(1);

    keys.remove(writer);
    Await.that("the key is refused", () -> isRefused(with(writer)));
    stream.send(Cluster.document("2", "Two."));

    assertThat(stream.status().getCode()).isEqualTo(Code.UNAUTHENTICATED);
    assertThat(stream.acknowledged).hasSize(1);
  }

  @Test
  void callsAreCountedByWhatProvesWhoIsCallingAndWhatCameOfIt() {
    list(with(operator));
    assertRefused(cluster.channel, "CREDENTIALS_MISSING");
    assertRefused(with("x"), "CREDENTIALS_INVALID");

    assertThat(counts())
        .containsEntry("key accepted", 1.0)
        .containsEntry("missing unauthenticated", 1.0)
        .containsEntry("token unauthenticated", 1.0)
        .containsEntry("key denied", 0.0);
  }

  private Map<String, Double> counts() {
    MeterRegistry registry = cluster.server.metrics().registry();
    Map<String, Double> counts = new HashMap<>();
    registry
        .find("sluice.access.calls")
        .counters()
        .forEach(counter ->
            counts.put(
                counter.getId().getTag("credential") + " " + counter.getId().getTag("result"),
                counter.count()));
    return counts;
  }
}
