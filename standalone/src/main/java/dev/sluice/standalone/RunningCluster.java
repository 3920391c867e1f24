package dev.sluice.standalone;

import java.util.List;

/**
 * A cluster that runs in this process. {@link #close} drains it and returns when it has stopped.
 */
public interface RunningCluster extends AutoCloseable {

  /** {@code host:port} of the gateway. */
  String gatewayAddress();

  /** One line for each server: its name, its address and its management page. */
  List<String> serverLines();

  /** What a caller needs beside the address, in a line; empty where nothing. */
  default String accessLine() {
    return "";
  }

  /** Returns when the cluster has stopped. */
  void awaitTermination() throws InterruptedException;

  @Override
  void close();
}
