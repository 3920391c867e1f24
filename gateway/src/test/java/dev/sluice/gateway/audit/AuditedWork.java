package dev.sluice.gateway.audit;

import com.google.protobuf.Message;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import java.time.InstantSource;

/** The context of a call that is written down, for tests without a server. */
public final class AuditedWork {

  private AuditedWork() {}

  /** That of a call with this request. */
  public static Context of(AuditLog log, MethodDescriptor<?, ?> method, Message request) {
    var trail = new CallTrail(log, InstantSource.system(), method.getFullMethodName(), "");
    trail.request(request);
    return trail.in(Context.ROOT);
  }
}
