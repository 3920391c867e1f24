package dev.sluice.bench.chaos;

import dev.sluice.serving.batching.simulation.Accelerator;
import dev.sluice.serving.inference.fake.Device;
import dev.sluice.serving.inference.fake.FakeInferenceServer;
import dev.sluice.serving.inference.fake.FakeModel;
import dev.sluice.serving.inference.fake.Fault;
import dev.sluice.serving.inference.fake.Faults;
import io.grpc.Status;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process with two model servers for vectors and two for texts. Prints their addresses, then
 * obeys its input: {@code triton LIE} and {@code chat LIE} have the first of each lie. All always
 * say that they are ready. Ends with its input.
 */
public final class LyingServersMain {

  private static final Accelerator FAST = new Accelerator(1e6, 0, 0, true, 1, 0, 0);

  private LyingServersMain() {}

  public static void main(String[] arguments) throws IOException {
    var triton = FakeInferenceServer.start(FakeModel.EMBED, Device.asSent(FAST, 1));
    var honestTriton = FakeInferenceServer.start(FakeModel.EMBED, Device.asSent(FAST, 2));
    var chat = new ChatServer();
    var honestChat = new ChatServer();
    System.out.println(
        String.join(" ", triton.target(), honestTriton.target(), chat.base(), honestChat.base()));
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      String lie = line.substring(line.indexOf(' ') + 1);
      if (line.startsWith("chat ")) {
        chat.lie(ChatLie.valueOf(lie));
      } else {
        triton.faults(faults(lie));
      }
    }
    System.exit(0);
  }

  private static Faults faults(String name) {
    return switch (name) {
      case "NONE" -> Faults.none();
      case "REFUSES" ->
          Faults.always(new Fault.Refusal(Status.INTERNAL.withDescription("CUDA error")));
      case "SILENT" -> Faults.always(Fault.SILENCE);
      case "LIES" -> inTurn();
      default -> throw new IllegalArgumentException("no such lie: " + name);
    };
  }

  /** Each kind of nonsense after the other. */
  private static Faults inTurn() {
    Fault.Lie[] lies = Fault.Lie.values();
    AtomicInteger told = new AtomicInteger();
    return batch -> lies[Math.floorMod(told.getAndIncrement(), lies.length)];
  }
}
