package dev.sluice.gateway.door;

import dev.sluice.gateway.upstream.InboundTrailers;
import dev.sluice.serving.caller.CallReport.Figure;
import dev.sluice.serving.door.Entry;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;

/**
 * For the channels to our services: tells the door for how long a call waited for its turn there,
 * as the service reports it.
 */
public final class QueueTimes implements ClientInterceptor {

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    Entry entry = Entry.current();
    var reports =
        new InboundTrailers(
            trailers -> Figure.QUEUE_NANOS.takeFrom(trailers).ifPresent(entry::queued));
    return next.newCall(method, options.withStreamTracerFactory(reports));
  }
}
