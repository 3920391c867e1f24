package dev.sluice.standalone;

import io.grpc.Channel;
import io.grpc.channelz.v1.ChannelzGrpc;
import io.grpc.channelz.v1.ChannelzGrpc.ChannelzBlockingStub;
import io.grpc.channelz.v1.GetServerSocketsRequest;
import io.grpc.channelz.v1.GetServersRequest;
import io.grpc.channelz.v1.GetSocketRequest;
import io.grpc.channelz.v1.Server;
import io.grpc.channelz.v1.SocketData;
import io.grpc.channelz.v1.SocketRef;
import java.util.stream.Stream;

/** How many streams stand open on a server's connections, as its channelz counts. */
final class OpenCalls {

  private OpenCalls() {}

  /** The call that asks is one of them. */
  static long of(Channel channel) {
    ChannelzBlockingStub channelz = ChannelzGrpc.newBlockingStub(channel);
    return channelz.getServers(GetServersRequest.getDefaultInstance()).getServerList().stream()
        .flatMap(server -> sockets(channelz, server))
        .map(socket -> GetSocketRequest.newBuilder().setSocketId(socket.getSocketId()).build())
        .mapToLong(request -> open(channelz.getSocket(request).getSocket().getData()))
        .sum();
  }

  private static Stream<SocketRef> sockets(ChannelzBlockingStub channelz, Server server) {
    var request = GetServerSocketsRequest.newBuilder().setServerId(server.getRef().getServerId());
    return channelz.getServerSockets(request.build()).getSocketRefList().stream();
  }

  private static long open(SocketData socket) {
    return socket.getStreamsStarted() - socket.getStreamsSucceeded() - socket.getStreamsFailed();
  }
}
