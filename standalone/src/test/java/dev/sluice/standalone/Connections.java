package dev.sluice.standalone;

import io.grpc.ManagedChannel;
import io.grpc.channelz.v1.Channel;
import io.grpc.channelz.v1.ChannelConnectivityState.State;
import io.grpc.channelz.v1.ChannelzGrpc;
import io.grpc.channelz.v1.ChannelzGrpc.ChannelzBlockingStub;
import io.grpc.channelz.v1.GetSubchannelRequest;
import io.grpc.channelz.v1.GetTopChannelsRequest;
import io.grpc.channelz.v1.Subchannel;
import io.grpc.channelz.v1.SubchannelRef;
import io.grpc.netty.NettyChannelBuilder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What a process is connected to, as its channelz tells. */
final class Connections {

  private Connections() {}

  /** Whether the process at an address has connections to a port, and all of them stand. */
  static boolean stand(String address, int port) {
    ManagedChannel channel = NettyChannelBuilder.forTarget(address).usePlaintext().build();
    try {
      ChannelzBlockingStub process =
          ChannelzGrpc.newBlockingStub(channel).withDeadlineAfter(1, TimeUnit.MINUTES);
      List<State> states =
          process
              .getTopChannels(GetTopChannelsRequest.getDefaultInstance())
              .getChannelList()
              .stream()
              .flatMap(each -> subchannels(process, each))
              .filter(each -> each.getData().getTarget().contains(":" + port + "]"))
              .map(each -> each.getData().getState().getState())
              .toList();
      return !states.isEmpty() && states.stream().allMatch(State.READY::equals);
    } finally {
      channel.shutdownNow();
    }
  }

  private static Stream<Subchannel> subchannels(ChannelzBlockingStub process, Channel channel) {
    return channel.getSubchannelRefList().stream().map(each -> subchannel(process, each));
  }

  private static Subchannel subchannel(ChannelzBlockingStub process, SubchannelRef reference) {
    return process
        .getSubchannel(
            GetSubchannelRequest.newBuilder().setSubchannelId(reference.getSubchannelId()).build())
        .getSubchannel();
  }
}
