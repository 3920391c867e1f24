package dev.sluice.standalone.client;

import dev.sluice.gateway.v1.AnswerServiceGrpc;
import dev.sluice.gateway.v1.AnswerServiceGrpc.AnswerServiceBlockingStub;
import dev.sluice.gateway.v1.CollectionServiceGrpc;
import dev.sluice.gateway.v1.CollectionServiceGrpc.CollectionServiceBlockingStub;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.DocumentServiceGrpc.DocumentServiceBlockingStub;
import dev.sluice.gateway.v1.DocumentServiceGrpc.DocumentServiceStub;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import dev.sluice.gateway.v1.SearchServiceGrpc.SearchServiceBlockingStub;
import dev.sluice.gateway.v1.SnapshotServiceGrpc;
import dev.sluice.gateway.v1.SnapshotServiceGrpc.SnapshotServiceBlockingStub;
import dev.sluice.rerank.v1.RerankServiceGrpc;
import dev.sluice.rerank.v1.RerankServiceGrpc.RerankServiceBlockingStub;
import dev.sluice.standalone.RunningCluster;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import org.jspecify.annotations.Nullable;

/**
 * A gateway that a command talks to. Owns its connection, and the cluster when the command started
 * one for itself; {@link #close} ends both.
 *
 * @param channel the connection with the caller's key attached
 */
public record Gateway(
    String address, ManagedChannel connection, Channel channel, @Nullable RunningCluster own)
    implements AutoCloseable {

  public SearchServiceBlockingStub search() {
    return SearchServiceGrpc.newBlockingStub(channel);
  }

  public AnswerServiceBlockingStub answers() {
    return AnswerServiceGrpc.newBlockingStub(channel);
  }

  public RerankServiceBlockingStub rerank() {
    return RerankServiceGrpc.newBlockingStub(channel);
  }

  public CollectionServiceBlockingStub collections() {
    return CollectionServiceGrpc.newBlockingStub(channel);
  }

  public SnapshotServiceBlockingStub snapshots() {
    return SnapshotServiceGrpc.newBlockingStub(channel);
  }

  /** Documents one by one. */
  public DocumentServiceBlockingStub storedDocuments() {
    return DocumentServiceGrpc.newBlockingStub(channel);
  }

  public DocumentServiceStub documents() {
    return DocumentServiceGrpc.newStub(channel);
  }

  @Override
  public void close() {
    connection.shutdownNow();
    if (own != null) {
      own.close();
    }
  }
}
