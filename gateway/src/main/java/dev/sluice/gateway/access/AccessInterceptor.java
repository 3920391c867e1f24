package dev.sluice.gateway.access;

import dev.sluice.gateway.access.AccessMetrics.Result;
import dev.sluice.gateway.audit.CallTrail;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.Failure.PermissionDenied;
import dev.sluice.serving.failure.Failure.Unauthenticated;
import dev.sluice.type.v1.Permission;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/**
 * Asks who is calling and what they may do before any message is read; the caller is the current
 * one from then on. Every further message of a stream needs credentials that still hold.
 */
final class AccessInterceptor implements ServerInterceptor {

  private final Authentication authentication;
  private final SeenTenants tenants;
  private final AccessMetrics metrics;

  AccessInterceptor(Authentication authentication, SeenTenants tenants, AccessMetrics metrics) {
    this.authentication = authentication;
    this.tenants = tenants;
    this.metrics = metrics;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    Grant grant = counted(headers, RequiredPermission.of(call.getMethodDescriptor()));
    headers.removeAll(BearerAuthentication.AUTHORIZATION);
    Context context = grant.caller().in(Context.current());
    return new Lasting<>(Contexts.interceptCall(context, call, headers, next), grant);
  }

  private Grant counted(Metadata headers, Permission needed) {
    Credential credential = authentication.credential(headers);
    try {
      Grant grant = authentication.grant(headers);
      CallTrail.calls(grant.caller());
      grant.require(needed);
      tenants.seen(headers, grant.caller().tenant());
      metrics.count(credential, Result.ACCEPTED);
      return grant;
    } catch (Failure failure) {
      if (failure instanceof Unauthenticated) {
        tenants.refused(headers);
      }
      metrics.count(credential, result(failure));
      throw failure;
    }
  }

  private static Result result(Failure failure) {
    return switch (failure) {
      case Unauthenticated _ -> Result.UNAUTHENTICATED;
      case PermissionDenied _ -> Result.DENIED;
      default -> Result.UNAVAILABLE;
    };
  }

  private static final class Lasting<Q> extends SimpleForwardingServerCallListener<Q> {
    private final Grant grant;

    Lasting(ServerCall.Listener<Q> delegate, Grant grant) {
      super(delegate);
      this.grant = grant;
    }

    @Override
    public void onMessage(Q message) {
      grant.requireHolding();
      super.onMessage(message);
    }
  }
}
