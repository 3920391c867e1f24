package dev.sluice.gateway;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import org.jspecify.annotations.Nullable;

/** A call that is never answered. */
public final class SilentCall<Q, R> extends ClientCall<Q, R> {

  @Override
  public void start(Listener<R> listener, Metadata headers) {}

  @Override
  public void request(int messages) {}

  @Override
  public void cancel(@Nullable String message, @Nullable Throwable cause) {}

  @Override
  public void halfClose() {}

  @Override
  public void sendMessage(Q message) {}
}
