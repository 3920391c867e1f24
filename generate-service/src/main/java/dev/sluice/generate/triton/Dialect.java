package dev.sluice.generate.triton;

import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.inference.StreamRequest;
import java.util.List;

/**
 * How one kind of backend names and shapes what it is asked. The names of what it answers are the
 * same for all: {@link Piece}.
 */
interface Dialect {

  /** How its answers carry the text, unless it is configured to do otherwise. */
  TextMode textMode();

  /** Whether the model has a batch axis. */
  boolean batched();

  /** The inputs that every request sends. */
  List<String> inputs();

  /**
   * @throws Failure.Unimplemented when the request asks for something that the backend does not do
   */
  StreamRequest request(Task task);

  /**
   * What to write.
   *
   * @param model its name on the server
   * @param maxTokens the most to write, more than 0
   * @param request where everything else stands
   */
  record Task(String model, String prompt, int maxTokens, GenerateRequest request) {}
}
