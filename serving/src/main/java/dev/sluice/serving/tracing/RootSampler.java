package dev.sluice.serving.tracing;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;

/**
 * Which new traces are sent: a share of them, and every batch that one of its members is linked to.
 */
record RootSampler(Sampler share) implements Sampler {

  /** Follows the parent where there is one. */
  static Sampler of(double share) {
    return Sampler.parentBased(new RootSampler(Sampler.traceIdRatioBased(share)));
  }

  @Override
  public SamplingResult shouldSample(
      Context parent,
      String traceId,
      String name,
      SpanKind kind,
      Attributes attributes,
      List<LinkData> links) {
    return name.equals(Spans.BATCH)
            && links.stream().anyMatch(link -> link.getSpanContext().isSampled())
        ? SamplingResult.recordAndSample()
        : share.shouldSample(parent, traceId, name, kind, attributes, links);
  }

  @Override
  public String getDescription() {
    return "RootSampler{" + share.getDescription() + "}";
  }
}
