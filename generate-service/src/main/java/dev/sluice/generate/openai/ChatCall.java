package dev.sluice.generate.openai;

import dev.sluice.serving.failure.Failure;
import io.grpc.Context;
import io.grpc.Deadline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * One request to a model server and what it answers. Its connection is closed when it is closed,
 * and at once when its context ends; but not when the answer was read to its end. What is not read
 * stays with the server: the client holds some 16-KiB buffers, then lets the TCP window close.
 */
final class ChatCall implements AutoCloseable {

  private static final long PATIENCE_MILLIS = 100;
  private static final long ERROR_PATIENCE_MILLIS = 2000;

  private final Context context;
  private final Deadline deadline;
  private final CompletableFuture<HttpResponse<InputStream>> response;
  private final Runnable atEnd;
  private final Context.CancellationListener abort = ended -> abort();

  private ChatCall(
      Context context,
      Deadline deadline,
      CompletableFuture<HttpResponse<InputStream>> response,
      Runnable atEnd) {
    this.context = context;
    this.deadline = deadline;
    this.response = response;
    this.atEnd = atEnd;
  }

  /**
   * Sends the request.
   *
   * @param deadline the context's
   * @param atEnd is run when the call is closed
   */
  static ChatCall send(
      HttpClient client, HttpRequest request, Context context, Deadline deadline, Runnable atEnd) {
    var response = client.sendAsync(request, BodyHandlers.ofInputStream());
    var call = new ChatCall(context, deadline, response, atEnd);
    context.addListener(call.abort, Runnable::run);
    return call;
  }

  /**
   * Waits for the head of the answer.
   *
   * @throws IOException when there is none
   */
  HttpResponse<InputStream> response() throws IOException {
    try {
      return response.get();
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (CancellationException e) {
      throw new IOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** Why reading failed: the end of the context, or else what the caller of this says. */
  Failure failure(Failure.Unavailable other) {
    if (deadline.isExpired()) {
      return new Failure.DeadlineExceeded("the deadline passed in the model server");
    }
    return hasEnded() ? new Failure.Cancelled() : other;
  }

  private boolean hasEnded() {
    return context.isCancelled() || Thread.currentThread().isInterrupted();
  }

  /**
   * Reads the beginning of an error. Only its words are wanted: a server that does not send them
   * within {@value #ERROR_PATIENCE_MILLIS} ms, or breaks off, is left with what came.
   *
   * @param most bytes
   * @throws IOException when there is no answer, or the context ended
   */
  byte[] beginning(int most, ScheduledExecutorService timer) throws IOException {
    InputStream body = response().body();
    var read = new ByteArrayOutputStream();
    Future<?> patience = timer.schedule(this::abort, ERROR_PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    try {
      int next = body.read();
      while (next >= 0) {
        read.write(next);
        next = read.size() < most ? body.read() : -1;
      }
    } catch (IOException e) {
      if (hasEnded()) {
        throw e;
      }
    } finally {
      patience.cancel(false);
    }
    return read.toByteArray();
  }

  /**
   * Reads what follows an answer, which is nothing, so that the connection can serve again. A
   * server that leaves the answer open is not waited for.
   */
  void finish(ScheduledExecutorService timer) {
    Future<?> patience = timer.schedule(this::abort, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    try {
      response().body().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // the connection is of no use any more, the answer is complete all the same
    } finally {
      patience.cancel(false);
    }
  }

  private void abort() {
    response.cancel(true);
    if (response.state() == Future.State.SUCCESS) {
      close(response.resultNow().body());
    }
  }

  private static void close(InputStream body) {
    try {
      body.close();
    } catch (IOException e) {
      // it is closed then
    }
  }

  @Override
  public void close() {
    context.removeListener(abort);
    abort();
    atEnd.run();
  }
}
