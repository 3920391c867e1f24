package dev.sluice.standalone;

import io.grpc.ClientInterceptor;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;

/**
 * The trace that a caller works in.
 *
 * @param traceId 32 hexadecimal digits
 * @param spanId 16 of them
 * @param sampled whether it is to be sent
 */
record CallerTrace(String traceId, String spanId, boolean sampled) {

  private static final Metadata.Key<String> TRACEPARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

  /** Sends it along with every call. */
  ClientInterceptor sender() {
    var headers = new Metadata();
    headers.put(TRACEPARENT, "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00"));
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }
}
