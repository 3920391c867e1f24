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
import java.util.concurrent.atomic.LongAdder;

/**
 * A process with two model servers for vectors and two for texts. Prints their addresses, then
 * obeys its input: {@code triton LIE} and {@code chat LIE} have the first of each lie, {@code told
 * triton} and {@code told chat} have it print how many lies that one has told. All always say that
 * they are ready. Ends with its input.
 */
public final class LyingServersMain {

  /** Asks for a number of lies. */
  static final String TOLD = "told ";

  private static final Accelerator FAST = new Accelerator(1e6, 0, 0, true, 1, 0, 0);

  private final FakeInferenceServer triton =
      FakeInferenceServer.start(FakeModel.EMBED, Device.asSent(FAST, 1));
  private final ChatServer chat = new ChatServer();
  private final LongAdder tritonTold = new LongAdder();

  private LyingServersMain() throws IOException {}

  public static void main(String[] arguments) throws IOException {
    new LyingServersMain().run();
    System.exit(0);
  }

  private void run() throws IOException {
    var honestTriton = FakeInferenceServer.start(FakeModel.EMBED, Device.asSent(FAST, 2));
    var honestChat = new ChatServer();
    System.out.println(
        String.join(" ", triton.target(), honestTriton.target(), chat.base(), honestChat.base()));
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      obey(line);
    }
  }

  private void obey(String line) {
    boolean ofChat = line.contains("chat");
    String lie = line.substring(line.indexOf(' ') + 1);
    if (line.startsWith(TOLD)) {
      System.out.println(ofChat ? chat.told() : tritonTold.sum());
    } else if (ofChat) {
      chat.lie(ChatLie.valueOf(lie));
    } else {
      triton.faults(counted(faults(lie)));
    }
  }

  private Faults counted(Faults faults) {
    return batch -> {
      Fault fault = faults.of(batch);
      if (!fault.equals(Fault.NONE)) {
        tritonTold.increment();
      }
      return fault;
    };
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
