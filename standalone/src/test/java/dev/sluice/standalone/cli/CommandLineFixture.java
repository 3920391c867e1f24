package dev.sluice.standalone.cli;

import dev.sluice.standalone.client.Dialer;
import dev.sluice.standalone.console.Console;
import dev.sluice.standalone.console.Terminal;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The real command line in front of a fake gateway, its output captured. */
final class CommandLineFixture implements AutoCloseable {

  /** What a command left behind. */
  record Outcome(int code, String out, String err) {}

  final FakeGateway gateway = new FakeGateway();
  final FakeLauncher launcher = new FakeLauncher();
  private final String name = InProcessServerBuilder.generateName();
  private final Server server;
  private final Dialer dialer =
      (target, credentials) -> InProcessChannelBuilder.forName(name).build();

  CommandLineFixture() throws IOException {
    InProcessServerBuilder builder = InProcessServerBuilder.forName(name);
    gateway.services().forEach(builder::addService);
    server = builder.build().start();
  }

  Outcome run(String... arguments) {
    return run(Terminal.NONE, arguments);
  }

  Outcome run(Terminal terminal, String... arguments) {
    return run(terminal, dialer, arguments);
  }

  Outcome run(Terminal terminal, Dialer through, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console = new Console(stream(out), stream(err), terminal);
    int code = Sluice.run(List.of(arguments), launcher, console, through);
    return new Outcome(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
