package dev.sluice.generate.triton;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.fuzz.Fuzz;
import dev.sluice.serving.fuzz.HostileText;
import dev.sluice.serving.fuzz.MutatedBytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Texts that come in answers of a stream, cut within characters and within stop texts. */
class TextStreamFuzzTest {

  @Test
  void piecesOfATextAreTheText() {
    Fuzz.run("pieces of texts", 2_000, TextStreamFuzzTest::pieces);
  }

  @Test
  void whatFollowsAStopTextIsNeverPassedOn() {
    Fuzz.run("stop texts, cut anywhere", 2_000, TextStreamFuzzTest::stops);
  }

  @Test
  void aTextThatIsSentAgainAndAgainIsPassedOnOnceOrRefused() {
    Fuzz.run("texts sent whole each time", 2_000, TextStreamFuzzTest::cumulative);
  }

  static void pieces(Random random) {
    byte[] bytes = HostileText.of(random).getBytes(StandardCharsets.UTF_8);
    boolean whole = random.nextInt(3) > 0;
    byte[] sent = whole ? bytes : MutatedBytes.of(random, bytes);
    StringBuilder passed = new StringBuilder();
    TextPieces pieces = TextPieces.of(TextMode.DELTA);
    for (int at = 0; at < sent.length; ) {
      int end = Math.min(sent.length, at + 1 + random.nextInt(5));
      passed.append(pieces.add(ByteString.copyFrom(sent, at, end - at)));
      at = end;
    }
    passed.append(pieces.end());
    if (whole) {
      assertThat(passed).hasToString(new String(bytes, StandardCharsets.UTF_8));
    } else {
      assertThat(passed.length()).isLessThanOrEqualTo(sent.length);
    }
  }

  static void stops(Random random) {
    List<String> stops =
        IntStream.rangeClosed(0, random.nextInt(3))
            .mapToObj(i -> HostileText.of(random))
            .filter(text -> !text.isEmpty())
            .toList();
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(5); i > 0; i--) {
      text.append(HostileText.of(random));
      if (!stops.isEmpty() && random.nextInt(3) == 0) {
        text.append(stops.get(random.nextInt(stops.size())));
      }
    }
    String whole = text.toString();
    StopTexts reading = new StopTexts(stops);
    StringBuilder passed = new StringBuilder();
    for (int at = 0; at < whole.length(); ) {
      int end = Math.min(whole.length(), at + 1 + random.nextInt(7));
      passed.append(reading.add(whole.substring(at, end)));
      at = end;
    }
    passed.append(reading.end());
    int cut = stops.stream().mapToInt(whole::indexOf).filter(at -> at >= 0).min().orElse(-1);
    assertThat(reading.found()).isEqualTo(cut >= 0);
    if (cut < 0) {
      assertThat(passed).hasToString(whole);
    } else {
      assertThat(stops).noneMatch(stop -> passed.indexOf(stop) >= 0);
      assertThat(whole).startsWith(passed);
    }
  }

  static void cumulative(Random random) {
    List<String> sent = new ArrayList<>();
    String text = "";
    for (int i = random.nextInt(6); i > 0; i--) {
      text = random.nextInt(8) == 0 ? HostileText.of(random) : text + HostileText.of(random);
      sent.add(text);
    }
    TextPieces pieces = TextPieces.of(TextMode.CUMULATIVE);
    StringBuilder passed = new StringBuilder();
    try {
      for (String each : sent) {
        passed.append(pieces.add(ByteString.copyFromUtf8(each)));
      }
      passed.append(pieces.end());
      String last = sent.isEmpty() ? "" : ByteString.copyFromUtf8(sent.getLast()).toStringUtf8();
      assertThat(passed.length() >= last.length()).isTrue();
    } catch (Failure.Internal changed) {
      assertThat(changed.text()).contains("changed");
    }
  }
}
