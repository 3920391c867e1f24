package dev.sluice.bench.batching;

import dev.sluice.bench.batching.Padding.Piece;
import dev.sluice.inference.GRPCInferenceServiceGrpc;
import dev.sluice.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceStub;
import dev.sluice.inference.ModelInferRequest;
import dev.sluice.inference.ModelInferResponse;
import dev.sluice.serving.batching.simulation.Accelerator;
import dev.sluice.serving.batching.simulation.Arrival;
import dev.sluice.serving.inference.IntegerTensor;
import dev.sluice.serving.inference.IntegerType;
import dev.sluice.serving.inference.fake.Counts;
import dev.sluice.serving.inference.fake.Device;
import dev.sluice.serving.inference.fake.FakeInferenceServer;
import dev.sluice.serving.inference.fake.FakeModel;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A model server that batches as Triton does, called directly with token ids. A request of more
 * texts than a batch may have is sent in several calls.
 */
final class TritonSide implements Side {

  private final FakeModel model;
  private final TritonSetting setting;
  private final FakeInferenceServer server;
  private final ManagedChannel channel;
  private final GRPCInferenceServiceStub stub;

  TritonSide(FakeModel fake, TritonSetting setting, Accelerator accelerator, long seed) {
    this.model = fake.withMaxBatchSize(setting.maxBatch());
    this.setting = setting;
    this.server =
        FakeInferenceServer.start(model, Device.triton(accelerator, setting.config(), seed));
    this.channel =
        NettyChannelBuilder.forTarget(server.target()).usePlaintext().directExecutor().build();
    this.stub = GRPCInferenceServiceGrpc.newStub(channel);
  }

  @Override
  public void send(Arrival arrival, long deadline, Consumer<Ending> end) {
    List<Piece> pieces = setting.padding().pieces(arrival.lengths(), setting.maxBatch());
    var answers = new Answers(new AtomicInteger(pieces.size()), end);
    for (Piece piece : pieces) {
      stub.withDeadlineAfter(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)
          .modelInfer(request(piece), answers);
    }
  }

  private ModelInferRequest request(Piece piece) {
    List<long[]> rows = piece.lengths().stream().map(TritonSide::ones).toList();
    var request = ModelInferRequest.newBuilder().setModelName(model.name());
    request.addOutputsBuilder().setName(model.output());
    add(request, IntegerTensor.padded("input_ids", IntegerType.INT64, piece.columns(), rows));
    add(request, IntegerTensor.padded("attention_mask", IntegerType.INT64, piece.columns(), rows));
    return request.build();
  }

  /** Any tokens will do. */
  private static long[] ones(int length) {
    long[] ones = new long[length];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static void add(ModelInferRequest.Builder request, IntegerTensor tensor) {
    request
        .addInputsBuilder()
        .setName(tensor.name())
        .setDatatype(tensor.type().name())
        .addShape(tensor.rows())
        .addShape(tensor.columns());
    request.addRawInputContents(tensor.content());
  }

  /** Ends with the last answer, or with the first failure. */
  private record Answers(AtomicInteger missing, Consumer<Ending> end)
      implements StreamObserver<ModelInferResponse> {
    @Override
    public void onNext(ModelInferResponse response) {}

    @Override
    public void onError(Throwable thrown) {
      if (missing.getAndSet(0) > 0) {
        boolean refused = Status.fromThrowable(thrown).getCode() == Status.Code.RESOURCE_EXHAUSTED;
        end.accept(refused ? Ending.REFUSED : Ending.FAILED);
      }
    }

    @Override
    public void onCompleted() {
      if (missing.getAndUpdate(count -> Math.max(count - 1, 0)) == 1) {
        end.accept(Ending.ANSWERED);
      }
    }
  }

  @Override
  public Counts counts() {
    return server.counts();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.close();
  }
}
