package dev.sluice.serving.server;

import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.logs.LogFormat;
import java.util.function.Function;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** The main program of a single server process: configuration, start, wait, drain on SIGTERM. */
public final class ServiceMain {

  private ServiceMain() {}

  /** Runs a server until the process is told to stop. Exits with 1 when it cannot start. */
  public static void run(Function<Settings, ServiceServer> start) {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    try {
      Settings settings = new Settings(System.getenv());
      LogLevel.read(settings);
      LogFormat.read(settings);
      ServiceServer server = start.apply(settings);
      Runtime.getRuntime().addShutdownHook(new Thread(server::close, "drain"));
      server.awaitTermination();
    } catch (ConfigurationException e) {
      fail(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) { // the outermost frame of the process
      fail(e);
    }
  }

  private static void fail(Throwable problem) {
    System.err.println(problem instanceof Error ? problem.toString() : problem.getMessage());
    System.exit(1);
  }
}
