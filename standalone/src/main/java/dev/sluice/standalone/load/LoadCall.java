package dev.sluice.standalone.load;

import dev.sluice.standalone.client.Gateway;
import io.grpc.Deadline;
import io.grpc.StatusRuntimeException;

/** One kind of call that load is made of. Blocks until the call has ended. */
public interface LoadCall {

  /**
   * Makes the call.
   *
   * @param deadline the caller's
   * @throws StatusRuntimeException when it fails
   */
  LoadResponse call(Gateway gateway, String text, Deadline deadline);
}
