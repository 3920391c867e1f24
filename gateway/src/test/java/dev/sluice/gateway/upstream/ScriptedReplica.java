package dev.sluice.gateway.upstream;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc.EmbedServiceImplBase;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.server.ServerConfig;
import dev.sluice.serving.server.ServiceServer;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An embed-service without a model, on a loopback port, that behaves as its script says. */
final class ScriptedReplica implements AutoCloseable {

  /** What happens before a call is answered. */
  interface Script {
    void call(EmbedRequest request) throws InterruptedException;
  }

  volatile Script script = request -> {};
  volatile boolean ready = true;
  volatile double utilisation;

  private final ServiceServer server;
  private final ConcurrentLinkedQueue<String> texts = new ConcurrentLinkedQueue<>();
  private final AtomicInteger cancelled = new AtomicInteger();

  ScriptedReplica(boolean ready) {
    this.ready = ready;
    var settings =
        new Settings(Map.of("SLUICE_REPLICA_PORT", "0", "SLUICE_REPLICA_MANAGEMENT_PORT", "0"));
    server = new ServiceServer(ServerConfig.read(settings, "replica", 0));
    server.readyWhile(() -> this.ready);
    server.reportLoad(() -> utilisation);
    server.serve(1 << 20, List.of(), List.of(new Embed()));
  }

  String address() {
    return server.address();
  }

  /** The first text of every call that came, in order. */
  List<String> texts() {
    return List.copyOf(texts);
  }

  int calls() {
    return texts.size();
  }

  /** Calls whose caller went away while they ran. */
  int cancelled() {
    return cancelled.get();
  }

  /** Answers nothing until it is closed or its caller goes away. */
  void hang() {
    script = request -> takes(60_000).call(request);
  }

  /** A script that takes so long, and no processor time. */
  static Script takes(long millis) {
    return request -> {
      var gone = new CountDownLatch(1);
      Context.current().addListener(context -> gone.countDown(), Runnable::run);
      if (gone.await(millis, TimeUnit.MILLISECONDS)) {
        throw new Failure.Cancelled();
      }
    };
  }

  private final class Embed extends EmbedServiceImplBase {
    @Override
    public void embed(EmbedRequest request, StreamObserver<EmbedResponse> response) {
      texts.add(request.getTexts(0));
      try {
        script.call(request);
      } catch (Failure.Cancelled e) {
        cancelled.incrementAndGet();
        throw e;
      } catch (InterruptedException e) {
        throw new Failure.Cancelled();
      }
      response.onNext(EmbedResponse.newBuilder().setModel("scripted").build());
      response.onCompleted();
    }
  }

  @Override
  public void close() {
    script = request -> {};
    server.close();
  }
}
