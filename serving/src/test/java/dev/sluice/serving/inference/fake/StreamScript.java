package dev.sluice.serving.inference.fake;

import dev.sluice.inference.ModelInferRequest;

/** What a fake server answers to a request on a stream; played on a thread of the stream's own. */
@FunctionalInterface
public interface StreamScript {

  /** Sends answers; the stream ends well when it returns. */
  void play(ModelInferRequest request, FakeStream stream) throws InterruptedException;
}
