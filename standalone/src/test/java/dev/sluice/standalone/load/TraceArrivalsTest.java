package dev.sluice.standalone.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.standalone.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceArrivalsTest {

  private static final String MILLISECONDS =
      """
      arrival_ms,input_tokens,output_tokens
      0.000,374,44
      4314.579,396,109
      5000,12,3
      """;
  private static final String TIMESTAMPS =
      """
      TIMESTAMP,ContextTokens,GeneratedTokens\r
      2023-11-16 18:17:03.9799600,4808,10\r
      2023-11-16 18:17:04.0319600,3180,8\r
      2023-11-17 18:17:03.9799600,1,1
      """;
  private static final long DAY = TimeUnit.DAYS.toNanos(1);

  @TempDir private Path folder;

  private List<Long> times(String text, double speed, long most) throws IOException {
    Path file = Files.writeString(folder.resolve("trace.csv"), text);
    List<Long> times = new ArrayList<>();
    TraceArrivals.read(file, speed, most).times().forEachRemaining((Long time) -> times.add(time));
    return times;
  }

  @Test
  void millisecondsAreReplayedAsRecorded() throws IOException {
    assertThat(times(MILLISECONDS, 1, DAY)).containsExactly(0L, 4_314_579_000L, 5_000_000_000L);
  }

  @Test
  void timestampsAreReplayedFromTheFirstOneOn() throws IOException {
    assertThat(times(TIMESTAMPS, 1, DAY + 1)).containsExactly(0L, 52_000_000L, DAY);
  }

  @Test
  void aTraceCanBeReplayedFaster() throws IOException {
    assertThat(times(MILLISECONDS, 2, DAY)).containsExactly(0L, 2_157_289_500L, 2_500_000_000L);
  }

  @Test
  void callsBeyondTheLongestLoadAreLeftOut() throws IOException {
    assertThat(times(MILLISECONDS, 1, 5_000_000_000L)).containsExactly(0L, 4_314_579_000L);
  }

  @Test
  void timesAreReplayedInTheirOrderWhateverThatOfTheFile() throws IOException {
    assertThat(times("arrival_ms\n3\n1\n2\n", 1, DAY)).containsExactly(0L, 1_000_000L, 2_000_000L);
  }

  @Test
  void theRateIsThatOfTheReplay() throws IOException {
    Path file = Files.writeString(folder.resolve("trace.csv"), "arrival_ms\n0\n1000\n");

    assertThat(TraceArrivals.read(file, 4, DAY).rate()).isBetween(7.9, 8.0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "arrival_ms\n",
        "time\n1\n",
        "arrival_ms\nsoon\n",
        "arrival_ms\n99999999999999999999\n",
        "TIMESTAMP\n2023-13-16 18:17:03\n"
      })
  void whatIsNoTraceIsSaidInOneLine(String text) {
    assertThatThrownBy(() -> times(text, 1, DAY))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("trace.csv");
  }
}
