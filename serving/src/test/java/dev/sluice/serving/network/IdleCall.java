package dev.sluice.serving.network;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;

/** A call with nobody at the other end, which remembers what was asked of it. */
public final class IdleCall<Q, R> extends ServerCall<Q, R> {

  private final MethodDescriptor<Q, R> method;
  private final List<Status> ends = new ArrayList<>();
  private int requested;

  public IdleCall(MethodDescriptor<Q, R> method) {
    this.method = method;
  }

  /** Messages that were asked for. */
  public int requested() {
    return requested;
  }

  /** How it was closed, each time. */
  public List<Status> ends() {
    return ends;
  }

  @Override
  public void request(int messages) {
    requested += messages;
  }

  @Override
  public void sendHeaders(Metadata headers) {}

  @Override
  public void sendMessage(R message) {}

  @Override
  public void close(Status status, Metadata trailers) {
    ends.add(status);
  }

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public MethodDescriptor<Q, R> getMethodDescriptor() {
    return method;
  }
}
