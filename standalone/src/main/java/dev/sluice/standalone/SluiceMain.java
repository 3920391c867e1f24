package dev.sluice.standalone;

import dev.sluice.standalone.cli.Sluice;
import dev.sluice.standalone.client.Dialer;
import dev.sluice.standalone.console.Console;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** The process behind {@code ./sluice}. Ctrl-C interrupts the command, which then ends cleanly. */
public final class SluiceMain {

  private static final long PATIENCE_SECONDS = 150;

  private SluiceMain() {}

  /** Runs the command line and exits with its code. */
  public static void main(String[] arguments) {
    System.setProperty("logback.configurationFile", "logback-cli.xml");
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    CountDownLatch finished = new CountDownLatch(1);
    Thread command = Thread.currentThread();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> interrupt(command, finished)));
    int code = 1;
    try {
      code =
          Sluice.run(
              List.of(arguments),
              new LocalLauncher(System.getenv()),
              Console.ofProcess(),
              Dialer.NETWORK);
    } catch (Error e) {
      // Out of memory, or a broken installation: even then the user reads one line.
      System.err.println("sluice: " + e);
    } finally {
      finished.countDown();
    }
    System.exit(code);
  }

  private static void interrupt(Thread command, CountDownLatch finished) {
    if (finished.getCount() == 0) {
      return;
    }
    command.interrupt();
    try {
      finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
