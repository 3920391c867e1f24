package dev.sluice.serving.inference;

import dev.sluice.inference.ModelInferRequest;
import dev.sluice.inference.ModelStreamInferResponse;
import dev.sluice.serving.failure.Failure;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The answers to one request, read by one thread at its own pace: the server goes on as they are
 * read. Owns its call; closing it before the end has the server stop.
 */
public final class InferenceStream implements AutoCloseable {

  private final BlockingClientCall<ModelInferRequest, ModelStreamInferResponse> call;
  private final String target;
  private final String id;
  private final Runnable onClose;
  private @Nullable StreamAnswer first;
  private boolean answered;
  private boolean ended;

  InferenceStream(
      BlockingClientCall<ModelInferRequest, ModelStreamInferResponse> call,
      String target,
      String id,
      Runnable onClose) {
    this.call = call;
    this.target = target;
    this.id = id;
    this.onClose = onClose;
  }

  /** Sends the request, and waits for the first answer, which {@link #next} will give. */
  void start(ModelInferRequest request) {
    send(request);
    first = read();
  }

  /**
   * Waits for the next answer; empty at the end, whether the server declared the last answer the
   * last or just ended the stream.
   *
   * @throws Failure.InvalidInput when the server says that the request has too many tokens
   * @throws Failure.Internal when the model breaks, or answers something else than was asked for
   * @throws Failure.Unavailable when the server or the model is not there any more
   * @throws Failure.Overloaded when the server has no room for the request
   * @throws Failure.DeadlineExceeded when the deadline passes, here or in the server
   * @throws Failure.Cancelled when the context is cancelled or the thread interrupted
   */
  public Optional<StreamAnswer> next() {
    StreamAnswer next = first == null ? read() : first;
    first = null;
    return Optional.ofNullable(next);
  }

  /** Null at the end. */
  private @Nullable StreamAnswer read() {
    ModelStreamInferResponse response = ended ? null : reading(call::read);
    if (response == null && !answered) {
      throw StreamAnswer.broken("nothing at all");
    }
    ended |= response == null;
    answered = true;
    return response == null ? null : answer(response);
  }

  private StreamAnswer answer(ModelStreamInferResponse response) {
    if (!response.getErrorMessage().isEmpty()) {
      throw StreamFailure.told(target, response.getErrorMessage());
    }
    if (!response.getInferResponse().getId().equals(id)) {
      throw StreamAnswer.broken("another request's id");
    }
    StreamAnswer answer = StreamAnswer.of(response.getInferResponse());
    ended = answer.isLast();
    return answer;
  }

  /** A stream that is over already says so when it is read. */
  private void send(ModelInferRequest request) {
    if (reading(() -> call.write(request))) {
      call.halfClose();
    }
  }

  private interface Reading<T extends @Nullable Object> {
    T read() throws InterruptedException, StatusException;
  }

  private <T extends @Nullable Object> T reading(Reading<T> reading) {
    try {
      return reading.read();
    } catch (StatusException e) {
      throw StreamFailure.of(target, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure.Cancelled();
    }
  }

  @Override
  public void close() {
    call.cancel("no longer read", null);
    drain();
    onClose.run();
  }

  /**
   * Takes what had arrived unread: gRPC leaves it to the reading thread, and it holds its buffers
   * until then. Ends at once, since the call is over.
   */
  private void drain() {
    boolean interrupted = Thread.interrupted();
    try {
      while (call.read() != null) {
        // to nobody
      }
    } catch (StatusException e) {
      // cancelled, as it should be
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
