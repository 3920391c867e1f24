package dev.sluice.serving.metrics;

import dev.sluice.serving.network.Network;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.netty4.NettyAllocatorMetrics;
import io.micrometer.core.instrument.binder.netty4.NettyEventExecutorMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import java.util.Map;

/**
 * The buffers and event loops of {@link Network}, by Micrometer's binders. These say nothing about
 * what they measure, and number the allocator, of which there is one, by chance.
 */
final class NettyMetrics {

  private static final Map<String, String> MEANINGS =
      Map.of(
          "netty.allocator.memory.used", "Bytes that the buffer allocator holds",
          "netty.allocator.memory.pinned", "Bytes in buffers that are used now",
          "netty.allocator.pooled.arenas", "Arenas that buffers are taken from",
          "netty.allocator.pooled.cache.size", "Buffers that a thread may keep for itself",
          "netty.allocator.pooled.chunk.size", "Bytes that an arena takes at a time",
          "netty.allocator.pooled.threadlocal.caches", "Threads that keep buffers for themselves",
          "netty.eventexecutor.tasks.pending", "Tasks that wait for an event loop",
          "netty.eventexecutor.workers", "Event loops");

  private NettyMetrics() {}

  /** Says what they mean, and drops a label that differs from process to process. */
  static MeterFilter filter() {
    return new Described();
  }

  static void bindTo(MeterRegistry registry) {
    new NettyAllocatorMetrics(Network.buffers()).bindTo(registry);
    new NettyEventExecutorMetrics(Network.loops()).bindTo(registry);
  }

  private static final class Described implements MeterFilter {
    @Override
    public Meter.Id map(Meter.Id id) {
      String meaning = MEANINGS.get(id.getName());
      return meaning == null
          ? id
          : new Meter.Id(id.getName(), tags(id), id.getBaseUnit(), meaning, id.getType());
    }

    private static Tags tags(Meter.Id id) {
      return Tags.of(id.getTags().stream().filter(tag -> !tag.getKey().equals("id")).toList());
    }
  }
}
