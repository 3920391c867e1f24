package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.v1.CollectionServiceGrpc;
import dev.sluice.gateway.v1.CreateCollectionRequest;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.GetDocumentRequest;
import dev.sluice.gateway.v1.UpsertDocumentsRequest;
import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real cluster process, killed while it stores documents. */
@Timeout(120)
class KilledClusterIT {

  private static final int DOCUMENTS = 200;
  private static final int ENOUGH = 20;
  private static final Pattern GATEWAY = Pattern.compile("gateway\\s+gRPC (\\S+),.*");

  @TempDir private Path folder;

  @Test
  void noAcknowledgedDocumentIsLost() throws Exception {
    var acknowledged = new LinkedBlockingQueue<UpsertDocumentsResponse>();
    Process first = start();
    try {
      store(address(first), acknowledged, first);
    } finally {
      first.destroyForcibly().waitFor();
    }
    assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(ENOUGH);

    Process second = start();
    ManagedChannel channel = NettyChannelBuilder.forTarget(address(second)).usePlaintext().build();
    try {
      var documents = DocumentServiceGrpc.newBlockingStub(channel);
      for (UpsertDocumentsResponse acknowledgement : acknowledged) {
        assertThat(acknowledgement.hasError()).isFalse();
        String id = acknowledgement.getDocumentId();
        Document found =
            documents.getDocument(
                GetDocumentRequest.newBuilder().setCollection("c").setDocumentId(id).build());
        assertThat(found.getText()).isEqualTo(text(id));
        assertThat(found.getVersion()).isEqualTo(acknowledgement.getVersion());
      }
    } finally {
      channel.shutdownNow();
      second.destroy();
    }
    assertThat(second.waitFor(30, TimeUnit.SECONDS)).as("SIGTERM ends the cluster").isTrue();
  }

  /** Kills the process when enough documents were acknowledged and more are on their way. */
  private static void store(
      String address, LinkedBlockingQueue<UpsertDocumentsResponse> acknowledged, Process process)
      throws InterruptedException {
    ManagedChannel channel = NettyChannelBuilder.forTarget(address).usePlaintext().build();
    CollectionServiceGrpc.newBlockingStub(channel)
        .createCollection(CreateCollectionRequest.newBuilder().setCollection("c").build());
    CountDownLatch enough = new CountDownLatch(ENOUGH);
    StreamObserver<UpsertDocumentsRequest> requests =
        DocumentServiceGrpc.newStub(channel)
            .upsertDocuments(
                new StreamObserver<>() {
                  @Override
                  public void onNext(UpsertDocumentsResponse acknowledgement) {
                    acknowledged.add(acknowledgement);
                    enough.countDown();
                  }

                  @Override
                  public void onError(Throwable failure) {}

                  @Override
                  public void onCompleted() {}
                });
    for (int i = 0; i < DOCUMENTS; i++) {
      String id = "d" + i;
      requests.onNext(
          UpsertDocumentsRequest.newBuilder()
              .setCollection("c")
              .setDocument(Document.newBuilder().setId(id).setText(text(id)))
              .build());
    }
    assertThat(enough.await(60, TimeUnit.SECONDS)).isTrue();
    process.destroyForcibly();
    channel.shutdownNow();
  }

  private static String text(String id) {
    return "This is document " + id + ". " + "It says something about water. ".repeat(20);
  }

  private Process start() throws IOException {
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                SluiceMain.class.getName(),
                "up",
                "--free-ports",
                "--data",
                folder.resolve("data").toString()))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** The gateway's address, once the cluster says that it is ready. */
  private static String address(Process process) throws IOException {
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    String address = "";
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Matcher matcher = GATEWAY.matcher(line);
      if (matcher.matches()) {
        address = matcher.group(1);
      }
      if (line.startsWith("ready")) {
        return address;
      }
    }
    throw new AssertionError("the cluster did not start");
  }
}
