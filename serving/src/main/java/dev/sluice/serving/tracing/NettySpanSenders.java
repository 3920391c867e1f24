package dev.sluice.serving.tracing;

import io.opentelemetry.sdk.common.export.GrpcSender;
import io.opentelemetry.sdk.common.export.GrpcSenderConfig;
import io.opentelemetry.sdk.common.export.GrpcSenderProvider;

/** Has the OTLP exporter use the gRPC that is here. Found by OpenTelemetry as a service. */
public final class NettySpanSenders implements GrpcSenderProvider {

  @Override
  public GrpcSender createSender(GrpcSenderConfig config) {
    return new NettySpanSender(config);
  }
}
