package dev.sluice.serving.inference.fake;

import dev.sluice.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import dev.sluice.inference.ModelConfig;
import dev.sluice.inference.ModelConfigRequest;
import dev.sluice.inference.ModelConfigResponse;
import dev.sluice.inference.ModelInferRequest;
import dev.sluice.inference.ModelInferResponse;
import dev.sluice.inference.ModelMetadataRequest;
import dev.sluice.inference.ModelMetadataResponse;
import dev.sluice.inference.ModelReadyRequest;
import dev.sluice.inference.ModelReadyResponse;
import dev.sluice.inference.ServerLiveRequest;
import dev.sluice.inference.ServerLiveResponse;
import dev.sluice.inference.ServerReadyRequest;
import dev.sluice.inference.ServerReadyResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** The gRPC side of a {@link FakeInferenceServer}. Owns nothing. */
final class InferenceEndpoint extends GRPCInferenceServiceImplBase {

  private final FakeModel model;
  private final DeviceThread device;
  private final Executor executor;
  private final LongAdder calls = new LongAdder();
  private final LongAdder cancelled = new LongAdder();
  private final LongAdder asked = new LongAdder();
  private final Set<String> ids = ConcurrentHashMap.newKeySet();
  private volatile Faults faults = Faults.none();
  private volatile Optional<ModelConfig> config;
  private volatile boolean ready = true;
  private volatile boolean silent;

  /**
   * @param executor runs the answers
   */
  InferenceEndpoint(FakeModel model, DeviceThread device, Executor executor) {
    this.model = model;
    this.device = device;
    this.executor = executor;
    this.config = Optional.of(model.config());
  }

  void faults(Faults now) {
    faults = now;
  }

  void config(Optional<ModelConfig> now) {
    config = now;
  }

  void ready(boolean now) {
    ready = now;
  }

  void silent(boolean now) {
    silent = now;
  }

  Set<String> ids() {
    return ids;
  }

  long asked() {
    return asked.sum();
  }

  Counts counts() {
    return device.counts(calls.sum(), cancelled.sum());
  }

  @Override
  public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> response) {
    device.echo(() ->
        executor.execute(() -> {
          response.onNext(ServerLiveResponse.newBuilder().setLive(true).build());
          response.onCompleted();
        }));
  }

  @Override
  public void serverReady(
      ServerReadyRequest request, StreamObserver<ServerReadyResponse> response) {
    response.onNext(ServerReadyResponse.newBuilder().setReady(true).build());
    response.onCompleted();
  }

  @Override
  public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> response) {
    asked.increment();
    if (silent) {
      return;
    }
    boolean there = ready && request.getName().equals(model.name());
    response.onNext(ModelReadyResponse.newBuilder().setReady(there).build());
    response.onCompleted();
  }

  @Override
  public void modelConfig(
      ModelConfigRequest request, StreamObserver<ModelConfigResponse> response) {
    config.ifPresentOrElse(
        known -> {
          response.onNext(ModelConfigResponse.newBuilder().setConfig(known).build());
          response.onCompleted();
        },
        () -> super.modelConfig(request, response));
  }

  @Override
  public void modelMetadata(
      ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> response) {
    response.onNext(model.metadata());
    response.onCompleted();
  }

  @Override
  public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> response) {
    calls.increment();
    ids.add(request.getId());
    try {
      infer(request, (ServerCallStreamObserver<ModelInferResponse>) response);
    } catch (IllegalArgumentException e) {
      response.onError(
          Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
    }
  }

  private void infer(
      ModelInferRequest request, ServerCallStreamObserver<ModelInferResponse> response) {
    TokenBatch batch = TokenBatch.of(request, model);
    Fault fault = faults.of(batch);
    Call call =
        new Call(
            batch.rows().size(),
            batch.columns(),
            batch.tokens(),
            timeoutNanos(request),
            status -> executor.execute(() -> answer(status, request, batch, fault, response)));
    response.setOnCancelHandler(() -> {
      cancelled.increment();
      call.cancel();
      device.wake();
    });
    if (!request.getModelName().equals(model.name())) {
      refuse(response, Status.NOT_FOUND.withDescription("Request for unknown model"));
    } else if (call.rows() > model.maxBatchSize()) {
      refuse(
          response,
          Status.INVALID_ARGUMENT.withDescription("batch-size must be <= max_batch_size"));
    } else if (fault instanceof Fault.Refusal(Status status)) {
      refuse(response, status);
    } else if (!(fault instanceof Fault.Silence)) {
      device.send(call);
    }
  }

  private long timeoutNanos(ModelInferRequest request) {
    var timeout = request.getParametersMap().get("timeout");
    return timeout == null ? 0 : TimeUnit.MICROSECONDS.toNanos(timeout.getInt64Param());
  }

  private void answer(
      Status status,
      ModelInferRequest request,
      TokenBatch batch,
      Fault fault,
      ServerCallStreamObserver<ModelInferResponse> response) {
    if (response.isCancelled()) {
      return;
    }
    if (status.isOk()) {
      var answer = model.response(batch).setId(request.getId());
      if (fault instanceof Fault.Lie lie) {
        lie.tell(answer);
      }
      response.onNext(answer.build());
      response.onCompleted();
    } else {
      refuse(response, status);
    }
  }

  private void refuse(StreamObserver<ModelInferResponse> response, Status status) {
    response.onError(status.asRuntimeException());
  }
}
