package dev.sluice.bench.gateway;

import dev.sluice.embed.v1.EmbedServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A process that forwards Embed calls as bytes to the port that it is given, with grpc-java and
 * nothing else: the least that a proxy can do. Prints its own port.
 */
public final class BareProxy {

  private BareProxy() {}

  public static void main(String[] arguments) throws Exception {
    Channel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", Integer.parseInt(arguments[0]))
            .usePlaintext()
            .directExecutor()
            .build();
    MethodDescriptor<byte[], byte[]> embed = RawBytes.of(EmbedServiceGrpc.getEmbedMethod());
    var server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .directExecutor()
            .addService(
                ServerServiceDefinition.builder(EmbedServiceGrpc.SERVICE_NAME)
                    .addMethod(embed, (incoming, headers) -> forward(embed, channel, incoming))
                    .build())
            .build()
            .start();
    System.out.println(server.getPort());
    server.awaitTermination();
  }

  private static ServerCall.Listener<byte[]> forward(
      MethodDescriptor<byte[], byte[]> method,
      Channel channel,
      ServerCall<byte[], byte[]> incoming) {
    ClientCall<byte[], byte[]> outgoing = channel.newCall(method, CallOptions.DEFAULT);
    outgoing.start(new Back(incoming), new Metadata());
    outgoing.request(2);
    incoming.request(2);
    return new Forth(outgoing);
  }

  private static final class Forth extends ServerCall.Listener<byte[]> {
    private final ClientCall<byte[], byte[]> outgoing;

    Forth(ClientCall<byte[], byte[]> outgoing) {
      this.outgoing = outgoing;
    }

    @Override
    public void onMessage(byte[] message) {
      outgoing.sendMessage(message);
    }

    @Override
    public void onHalfClose() {
      outgoing.halfClose();
    }

    @Override
    public void onCancel() {
      outgoing.cancel("the caller went away", null);
    }
  }

  private static final class Back extends ClientCall.Listener<byte[]> {
    private final ServerCall<byte[], byte[]> incoming;

    Back(ServerCall<byte[], byte[]> incoming) {
      this.incoming = incoming;
    }

    @Override
    public void onHeaders(Metadata headers) {
      incoming.sendHeaders(new Metadata());
    }

    @Override
    public void onMessage(byte[] message) {
      incoming.sendMessage(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      incoming.close(status, trailers);
    }
  }
}
