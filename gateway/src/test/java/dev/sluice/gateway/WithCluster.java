package dev.sluice.gateway;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A gateway before scripted services, with a few documents; a new one for every test. */
abstract class WithCluster {

  @TempDir private Path data;
  Cluster cluster;

  @BeforeEach
  void start() {
    cluster = Cluster.start(data);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }
}
