package dev.sluice.bench.overhead;

import com.google.protobuf.ByteString;
import dev.sluice.inference.DataType;
import dev.sluice.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import dev.sluice.inference.ModelConfig;
import dev.sluice.inference.ModelConfigRequest;
import dev.sluice.inference.ModelConfigResponse;
import dev.sluice.inference.ModelInferRequest;
import dev.sluice.inference.ModelInferResponse;
import dev.sluice.inference.ModelInput;
import dev.sluice.inference.ModelOutput;
import dev.sluice.inference.ModelReadyRequest;
import dev.sluice.inference.ModelReadyResponse;
import dev.sluice.inference.ServerLiveRequest;
import dev.sluice.inference.ServerLiveResponse;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;

/**
 * A process with a model server whose model computes nothing: every text's vector is the same.
 * Prints its port.
 */
public final class NoOpModelServer extends GRPCInferenceServiceImplBase {

  private static final int DIMENSION = 384;
  private static final int MOST_ROWS = 1024;
  private static final int MAX_MESSAGE_BYTES = 64 << 20;
  private static final ByteString VECTORS = vectors();

  private NoOpModelServer() {}

  public static void main(String[] arguments) throws Exception {
    var server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .directExecutor()
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .addService(new NoOpModelServer())
            .build()
            .start();
    System.out.println(server.getPort());
    server.awaitTermination();
  }

  /** Small floats, which are not all zero. */
  private static ByteString vectors() {
    byte[] bytes = new byte[MOST_ROWS * DIMENSION * Float.BYTES];
    Arrays.fill(bytes, (byte) 0x3c);
    return ByteString.copyFrom(bytes);
  }

  private static <T> void answer(StreamObserver<T> response, T message) {
    response.onNext(message);
    response.onCompleted();
  }

  @Override
  public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> response) {
    answer(response, ServerLiveResponse.newBuilder().setLive(true).build());
  }

  @Override
  public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> response) {
    answer(response, ModelReadyResponse.newBuilder().setReady(true).build());
  }

  @Override
  public void modelConfig(
      ModelConfigRequest request, StreamObserver<ModelConfigResponse> response) {
    var config =
        ModelConfig.newBuilder()
            .setMaxBatchSize(MOST_ROWS)
            .addInput(input("input_ids"))
            .addInput(input("attention_mask"))
            .addOutput(
                ModelOutput.newBuilder()
                    .setName("embedding")
                    .setDataType(DataType.TYPE_FP32)
                    .addDims(DIMENSION));
    answer(response, ModelConfigResponse.newBuilder().setConfig(config).build());
  }

  private static ModelInput input(String name) {
    return ModelInput.newBuilder()
        .setName(name)
        .setDataType(DataType.TYPE_INT64)
        .addDims(-1)
        .build();
  }

  @Override
  public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> response) {
    int rows = Math.toIntExact(request.getInputs(0).getShape(0));
    var message = ModelInferResponse.newBuilder().setId(request.getId());
    message
        .addOutputsBuilder()
        .setName("embedding")
        .setDatatype("FP32")
        .addShape(rows)
        .addShape(DIMENSION);
    message.addRawOutputContents(VECTORS.substring(0, rows * DIMENSION * Float.BYTES));
    answer(response, message.build());
  }
}
