package dev.sluice.gateway;

import dev.sluice.serving.caller.Caller;
import dev.sluice.type.v1.Priority;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.stub.MetadataUtils;

/** Believes callers whose tenant they are; the default one where they do not say. */
final class NamedTenants implements ServerInterceptor {

  private static final Metadata.Key<String> TENANT =
      Metadata.Key.of("test-tenant", Metadata.ASCII_STRING_MARSHALLER);

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    String tenant = headers.get(TENANT);
    headers.discardAll(TENANT);
    return tenant == null
        ? next.startCall(call, headers)
        : Contexts.interceptCall(
            new Caller(tenant, Priority.INTERACTIVE, "test").in(Context.current()),
            call,
            headers,
            next);
  }

  /** The channel of a tenant's caller. */
  static Channel as(String tenant, Channel channel) {
    Metadata headers = new Metadata();
    headers.put(TENANT, tenant);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }
}
