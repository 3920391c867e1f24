package dev.sluice.standalone.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.v1.UpsertDocumentsResponse;
import dev.sluice.standalone.console.Console;
import dev.sluice.standalone.console.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Tally tally = new Tally();
  private long now;

  @Test
  void elsewhereThanOnATerminalItWritesALineEveryFiveSeconds() {
    Progress progress = progress(Terminal.NONE);

    store(progress, 4, 1_000_000);
    assertThat(shown()).isEmpty();
    store(progress, 1, 1_500_000);

    assertThat(shown())
        .isEqualTo(" 25 %  2 docs  0.4 docs/s  1.2 passages/s  2.5 of 10.0 MB  0:15 left\n");
  }

  @Test
  void atTheBeginningItForetellsNothing() {
    Progress progress = progress(Terminal.NONE);

    store(progress, 5, 500_000);

    assertThat(shown()).isEqualTo("  5 %  1 docs  0.2 docs/s  0.6 passages/s  0.5 of 10.0 MB\n");
  }

  @Test
  void onATerminalItDrawsABarOverItselfAndLeavesNothing() {
    Progress progress = progress(new Terminal(true, true, 80));

    store(progress, 1, 5_000_000);
    assertThat(shown())
        .isEqualTo(
            "\r[====    ]  50 %  1 docs  1.0 docs/s  3.0 passages/s  5.0 of 10.0 MB"
                + "  0:01 left\u001B[K");
    progress.end();

    assertThat(shown()).endsWith("\r\u001B[K");
  }

  @Test
  void whatFailedIsCountedAndALineNeverWraps() {
    Progress progress = progress(new Terminal(true, true, 60));
    tally.count(new Item.Refused("a", "bad", 1_000_000));

    store(progress, 1, 4_000_000);

    assertThat(shown()).startsWith("\r 50 %  1 docs").endsWith("\u001B[K");
    assertThat(shown().replaceAll("\r|\u001B\\[K", "")).hasSizeLessThan(60);
  }

  private Progress progress(Terminal terminal) {
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    return new Progress(new Console(stream, stream, terminal), tally, 10_000_000, () -> now);
  }

  private void store(Progress progress, int seconds, long bytes) {
    now += TimeUnit.SECONDS.toNanos(seconds);
    UpsertDocumentsResponse created =
        UpsertDocumentsResponse.newBuilder()
            .setResult(UpsertDocumentsResponse.Result.CREATED)
            .setChunkCount(3)
            .build();
    tally.acknowledged(created, bytes);
    progress.update();
  }

  private String shown() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
