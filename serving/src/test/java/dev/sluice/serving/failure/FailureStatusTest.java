package dev.sluice.serving.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.serving.failure.Failure.InvalidInput;
import dev.sluice.serving.failure.Failure.NotFound;
import dev.sluice.serving.failure.Failure.Violation;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FailureStatusTest {

  private static final int HEADERS = 8192;

  /**
   * Found by fuzzing: a long name in an answer's headers ended the connection of its caller, with
   * all other calls on it.
   */
  @Test
  void whateverCallersSentTheirFailureFitsIntoTheHeadersOfAnAnswer() {
    for (String sent : List.of("x".repeat(140_000), "水".repeat(50_000), "😀".repeat(9000), "%")) {
      Violation violation = new Violation("documents[\"" + sent + "\"]", "has " + sent);
      Stream.of(new NotFound("model", sent), new InvalidInput(Collections.nCopies(10, violation)))
          .map(FailureStatus::of)
          .forEach(status -> {
            String message = URLEncoder.encode(status.getMessage(), StandardCharsets.UTF_8);
            assertThat(message.length() + status.getSerializedSize() * 4 / 3)
                .isLessThan(HEADERS - 500);
            assertThat(status.getMessage()).contains(sent.substring(0, 1));
          });
    }
  }

  @Test
  void aShortTextStaysWhole() {
    assertThat(FailureStatus.of(new NotFound("model", "50 % 水")).getMessage())
        .isEqualTo("no model named '50 % 水'");
  }
}
