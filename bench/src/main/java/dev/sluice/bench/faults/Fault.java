package dev.sluice.bench.faults;

import dev.sluice.bench.overhead.ChildProcess;
import java.io.IOException;

/** What happens to one replica. */
public enum Fault {
  KILLED {
    @Override
    void befall(ChildProcess replica) {
      replica.kill();
    }
  },
  HUNG {
    @Override
    void befall(ChildProcess replica) throws IOException, InterruptedException {
      replica.signal("STOP");
    }
  },
  SLOWED {
    @Override
    void befall(ChildProcess replica) throws IOException {
      replica.tell("slower 10");
    }
  };

  abstract void befall(ChildProcess replica) throws IOException, InterruptedException;
}
