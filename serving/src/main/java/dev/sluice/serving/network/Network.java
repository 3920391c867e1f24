package dev.sluice.serving.network;

import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/**
 * The event loops and the buffers that all servers and channels of a process share, as gRPC's own
 * are shared, and of the same sizes; ours can be measured. They live as long as the process, on
 * daemon threads.
 */
public final class Network {

  /** Chunks of 2 MiB, where Netty's own default is 4. */
  private static final int MAX_ORDER = 8;

  private static final PooledByteBufAllocator BUFFERS =
      new PooledByteBufAllocator(
          true,
          PooledByteBufAllocator.defaultNumHeapArena(),
          PooledByteBufAllocator.defaultNumDirectArena(),
          PooledByteBufAllocator.defaultPageSize(),
          MAX_ORDER,
          PooledByteBufAllocator.defaultSmallCacheSize(),
          PooledByteBufAllocator.defaultNormalCacheSize(),
          PooledByteBufAllocator.defaultUseCacheForAllThreads());

  private static final EventLoopGroup ACCEPTING = loops("network-accept", 1);
  private static final EventLoopGroup MOVING = loops("network", 0);

  private Network() {}

  /**
   * @param threads 0: two for each processor
   */
  private static EventLoopGroup loops(String name, int threads) {
    return new MultiThreadIoEventLoopGroup(
        threads, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
  }

  /** A server on these, with so many connections. */
  public static NettyServerBuilder on(NettyServerBuilder server, ConnectionLimit limit) {
    return server
        .channelFactory(() -> limited(limit))
        .bossEventLoopGroup(ACCEPTING)
        .workerEventLoopGroup(MOVING)
        .withChildOption(ChannelOption.ALLOCATOR, BUFFERS);
  }

  private static NioServerSocketChannel limited(ConnectionLimit limit) {
    NioServerSocketChannel accepting = new NioServerSocketChannel();
    accepting.pipeline().addLast(limit);
    return accepting;
  }

  /** A channel on these. */
  public static NettyChannelBuilder on(NettyChannelBuilder channel) {
    return channel
        .channelType(NioSocketChannel.class)
        .eventLoopGroup(MOVING)
        .withOption(ChannelOption.ALLOCATOR, BUFFERS);
  }

  /** The memory that bytes on their way lie in. */
  public static PooledByteBufAllocator buffers() {
    return BUFFERS;
  }

  /** The threads that move bytes. */
  public static EventLoopGroup loops() {
    return MOVING;
  }
}
