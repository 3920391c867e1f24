package dev.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real process: its exit codes and its two streams. */
class SluiceMainIT {

  @TempDir private Path folder;

  private record Ended(int code, String out, String err) {}

  @Test
  void helpIsAnAnswer() throws Exception {
    Ended ended = run("--help");

    assertThat(ended.code()).isZero();
    assertThat(ended.out()).contains("Usage: sluice");
    assertThat(ended.err()).isEmpty();
  }

  @Test
  void aFailureIsOneLineOnStandardErrorAndExitsWithOne() throws Exception {
    Ended ended = run("search", "caf\u00e9", "-c", "docs", "--target", "127.0.0.1:1");

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err())
        .isEqualTo("sluice: cannot reach 127.0.0.1:1: is the cluster running?\n");
  }

  @Test
  void wrongUsageExitsWithTwo() throws Exception {
    assertThat(run("search").code()).isEqualTo(2);
  }

  @Test
  void plainTextToAnotherMachineIsForWhoChoseIt() throws Exception {
    String[] search = {"search", "x", "-c", "docs", "--target", "0.0.0.0:1"};
    assertThat(run(search).code()).isEqualTo(2);

    Ended chosen = run(Map.of("SLUICE_ALLOW_PLAINTEXT", "true"), search);

    assertThat(chosen.code()).isEqualTo(1);
    assertThat(chosen.err()).startsWith("sluice: cannot reach 0.0.0.0:1");
  }

  private Ended run(String... arguments) throws IOException, InterruptedException {
    return run(Map.of(), arguments);
  }

  private Ended run(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            SluiceMain.class.getName()));
    command.addAll(List.of(arguments));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Ended(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }
}
