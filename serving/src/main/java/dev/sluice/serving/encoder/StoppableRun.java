package dev.sluice.serving.encoder;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.grpc.Context;

/**
 * Options of one run that end it, between two of the model's nodes, when the context is cancelled.
 * Cancelling and closing may meet: the native options are not touched once they are freed.
 */
final class StoppableRun implements AutoCloseable {

  private final OrtSession.RunOptions options;
  private final Context context;
  private final Context.CancellationListener listener = cancelled -> stop();
  private boolean closed;

  StoppableRun(Context context) throws OrtException {
    this.options = new OrtSession.RunOptions();
    this.context = context;
    context.addListener(listener, Runnable::run);
  }

  OrtSession.RunOptions options() {
    return options;
  }

  private synchronized void stop() {
    if (closed) {
      return;
    }
    try {
      options.setTerminate(true);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    context.removeListener(listener);
    synchronized (this) {
      closed = true;
      options.close();
    }
  }
}
