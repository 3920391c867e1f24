package dev.sluice.gateway.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.failure.Failure.InvalidInput;
import java.util.List;
import org.junit.jupiter.api.Test;

class WritePositionTest {

  private static final WritePosition POSITION = new WritePosition("a-b_C", 3, 1L << 40);

  @Test
  void aTokenIsReadAsItWasGiven() {
    assertThat(WritePosition.read(POSITION.token())).isEqualTo(POSITION);
    assertThat(POSITION.token()).matches("[A-Za-z0-9_-]{20,100}");
    assertThat(WritePosition.read("")).isNull();
  }

  @Test
  void whatNoGatewayGaveIsRefused() {
    String token = POSITION.token();
    String changed = (token.charAt(0) == 'A' ? "B" : "A") + token.substring(1);
    for (String other :
        List.of("x", "AAAA", "ÄÖ", changed, token + "AA", token.substring(4), "A".repeat(500))) {
      assertThatThrownBy(() -> WritePosition.read(other))
          .isInstanceOf(InvalidInput.class)
          .hasMessageStartingWith("consistency_token: ");
    }
  }

  @Test
  void aTermComesBeforeASequence() {
    assertThat(new WritePosition("i", 2, 1).isAfter(new WritePosition("i", 1, 9))).isTrue();
    assertThat(new WritePosition("i", 1, 9).isAfter(new WritePosition("i", 2, 1))).isFalse();
    assertThat(new WritePosition("i", 1, 9).isAfter(new WritePosition("i", 1, 9))).isFalse();
    assertThat(new WritePosition("i", 1, 9).isAfter(new WritePosition("i", 1, 8))).isTrue();
  }
}
