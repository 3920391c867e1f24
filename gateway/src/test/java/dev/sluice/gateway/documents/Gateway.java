package dev.sluice.gateway.documents;

import dev.sluice.gateway.v1.CollectionServiceGrpc;
import dev.sluice.gateway.v1.CollectionServiceGrpc.CollectionServiceBlockingV2Stub;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.DocumentServiceGrpc.DocumentServiceBlockingV2Stub;
import dev.sluice.gateway.v1.DocumentServiceGrpc.DocumentServiceStub;
import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.FailureStatus;
import dev.sluice.type.v1.Priority;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** The document endpoints over the in-process transport, on a store of its own. */
final class Gateway implements AutoCloseable {

  static final int MAX_DOCUMENT_BYTES = 1 << 20;
  static final int DOCUMENTS_IN_FLIGHT = 8;
  static final int MEBIBYTES_IN_FLIGHT = 4;
  private static final Metadata.Key<String> TENANT =
      Metadata.Key.of("tenant", Metadata.ASCII_STRING_MARSHALLER);

  final BagEmbedder embedder = new BagEmbedder();
  final DocumentStore store;
  final AtomicInteger received = new AtomicInteger();
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Server server;
  private final ManagedChannel channel;

  Gateway(Path data) throws IOException {
    InstantSource clock = InstantSource.fixed(Samples.NOW);
    store =
        new LuceneStore(
            data, LexicalSettings.DEFAULT, clock, org.apache.lucene.store.FSDirectory::open);
    UpsertLimits limits =
        new UpsertLimits(
            MAX_DOCUMENT_BYTES, DOCUMENTS_IN_FLIGHT, (long) MEBIBYTES_IN_FLIGHT << 20, 4);
    EmbedRetry retry = new EmbedRetry(3, Duration.ofMillis(1), Duration.ofMillis(2));
    Chunker chunker = new Chunker(embedder::countTokens, 32);
    String name = InProcessServerBuilder.generateName();
    server =
        InProcessServerBuilder.forName(name)
            .executor(executor)
            .addService(new DocumentEndpoint(store, embedder, chunker, limits, retry, clock))
            .addService(new CollectionEndpoint(store, embedder))
            .intercept(new Outermost())
            .build()
            .start();
    channel = InProcessChannelBuilder.forName(name).executor(executor).build();
  }

  /** Stands in for the servers' interceptors: failures become statuses, a header the tenant. */
  private final class Outermost implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      String tenant = headers.get(TENANT);
      Caller caller = tenant == null ? Caller.ANONYMOUS : new Caller(tenant, Priority.INTERACTIVE);
      return new SimpleForwardingServerCallListener<>(
          Contexts.interceptCall(caller.in(Context.current()), call, headers, next)) {
        @Override
        public void onMessage(Q message) {
          received.incrementAndGet();
          super.onMessage(message);
        }

        @Override
        public void onHalfClose() {
          try {
            super.onHalfClose();
          } catch (Failure failure) {
            var status = FailureStatus.exception(failure);
            Metadata trailers = Status.trailersFromThrowable(status);
            call.close(status.getStatus(), trailers == null ? new Metadata() : trailers);
          }
        }
      };
    }
  }

  CollectionServiceBlockingV2Stub collections() {
    return CollectionServiceGrpc.newBlockingV2Stub(channel);
  }

  CollectionServiceBlockingV2Stub collectionsOf(String tenant) {
    Metadata headers = new Metadata();
    headers.put(TENANT, tenant);
    return collections().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  DocumentServiceBlockingV2Stub documents() {
    return DocumentServiceGrpc.newBlockingV2Stub(channel);
  }

  DocumentServiceStub asyncDocuments() {
    return DocumentServiceGrpc.newStub(channel);
  }

  @Override
  public void close() {
    embedder.gate.release(1000);
    channel.shutdownNow();
    server.shutdownNow();
    executor.close();
    store.close();
  }
}
