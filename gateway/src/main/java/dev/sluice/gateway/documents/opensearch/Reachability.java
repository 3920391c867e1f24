package dev.sluice.gateway.documents.opensearch;

import dev.sluice.serving.logs.RequestText;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log when a cluster cannot be reached any more, with the reason, and when it can. */
final class Reachability {

  private static final Logger LOG = LoggerFactory.getLogger(Reachability.class);

  private final AtomicBoolean lost = new AtomicBoolean();

  void answered() {
    if (lost.get() && lost.compareAndSet(true, false)) {
      LOG.warn("OpenSearch answers again");
    }
  }

  void failed(Throwable cause) {
    LOG.debug("a request to OpenSearch failed", RequestText.of(cause));
    if (lost.compareAndSet(false, true)) {
      LOG.warn("OpenSearch cannot be reached: {}", RequestText.of(cause).toString());
    }
  }
}
