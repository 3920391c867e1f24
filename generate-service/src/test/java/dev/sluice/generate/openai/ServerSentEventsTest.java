package dev.sluice.generate.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.failure.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerSentEventsTest {

  /** Gives a few bytes at each read. */
  private static final class Slow extends ByteArrayInputStream {
    private final int most;

    Slow(byte[] bytes, int most) {
      super(bytes);
      this.most = most;
    }

    @Override
    public synchronized int read(byte[] target, int offset, int length) {
      return super.read(target, offset, Math.min(length, most));
    }
  }

  /** One line without an end. */
  private static final class Endless extends InputStream {
    int count;

    @Override
    public int read() {
      count++;
      return 'x';
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      Arrays.fill(target, offset, offset + length, (byte) 'x');
      count += length;
      return length;
    }
  }

  private static List<String> events(InputStream stream) throws IOException {
    var reader = new ServerSentEvents(stream);
    List<String> events = new ArrayList<>();
    for (String data = reader.next(); data != null; data = reader.next()) {
      events.add(data);
    }
    return events;
  }

  private static List<String> events(String text, int bytesAtOnce) throws IOException {
    return events(new Slow(text.getBytes(StandardCharsets.UTF_8), bytesAtOnce));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void linesEndInThreeWaysAndAreSplitAnywhere(String end) throws IOException {
    String text =
        String.join(
            end,
            "data: grüße 🍞",
            "",
            ": a comment",
            "",
            "event: note",
            "id: 7",
            "data:two",
            "data:  lines",
            "",
            "retry: 10",
            "database: none",
            "data",
            "",
            "data: [DONE]",
            "",
            "");
    for (int bytesAtOnce = 1; bytesAtOnce <= text.length() + 8; bytesAtOnce++) {
      assertThat(events(text, bytesAtOnce))
          .containsExactly("grüße 🍞", "two\n lines", "", "[DONE]");
    }
  }

  @Test
  void anEventThatTheEndCutsOffIsPassedOver() throws IOException {
    assertThat(events("data: whole\n\ndata: half\n", 3)).containsExactly("whole");
    assertThat(events("", 3)).isEmpty();
  }

  @Test
  void nothingIsReadBeforeItIsAskedFor() throws IOException {
    var stream = new Slow("data: one\n\ndata: two\n\n".getBytes(StandardCharsets.UTF_8), 11);
    var reader = new ServerSentEvents(stream);
    assertThat(reader.next()).isEqualTo("one");
    assertThat(stream.available()).isEqualTo(11);
  }

  @Test
  void aCarriageReturnEndsALineWithoutWaitingForMore() throws IOException {
    var stream = new Slow("data: one\r\rdata: two".getBytes(StandardCharsets.UTF_8), 11);
    assertThat(new ServerSentEvents(stream).next()).isEqualTo("one");
    assertThat(stream.available()).isEqualTo(9);
  }

  @Test
  void whatNeverEndsIsNotCollected() {
    var endless = new Endless();
    assertThatThrownBy(() -> new ServerSentEvents(endless).next())
        .isInstanceOf(Failure.Internal.class);
    assertThat(endless.count).isLessThan(2 * ServerSentEvents.MAX_BYTES);
  }

  @Test
  void dataLinesThatNeverEndAnEventAreNotCollected() {
    String lines = "data: 0123456789\n".repeat(ServerSentEvents.MAX_BYTES / 10);
    assertThatThrownBy(() -> events(lines, 8192)).isInstanceOf(Failure.Internal.class);
  }
}
