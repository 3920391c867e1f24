package dev.sluice.standalone.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.standalone.CommandFailure;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TextLimitTest {

  private static final String KEY = "SLUICE_GATEWAY_MAX_DOCUMENT_MIB";

  @Test
  void itIsWhatTheGatewayOfTheSameEnvironmentTakes() {
    assertThat(TextLimit.of(Map.of("SLUICE_DATA", "/data")).bytes()).isEqualTo(16 << 20);
    assertThat(TextLimit.of(Map.of(KEY, "64")).bytes()).isEqualTo(64 << 20);
  }

  @Test
  void aSizeThatIsNoneEndsTheCommand() {
    for (String wrong : new String[] {"513", "0", "16 MiB"}) {
      assertThatThrownBy(() -> TextLimit.of(Map.of(KEY, wrong)))
          .isInstanceOf(CommandFailure.class)
          .hasMessageContaining(KEY + " is '" + wrong + "' but must be integer, 1 to 512");
    }
  }

  @Test
  void bytesOfUtf8Count() {
    var limit = new TextLimit(6);

    assertThat(limit.isExceededBy("sixsix")).isFalse();
    assertThat(limit.isExceededBy("sevense")).isTrue();
    assertThat(limit.isExceededBy("\u20ac\u20ac")).isFalse();
    assertThat(limit.isExceededBy("\u20ac\u20aca")).isTrue();
  }
}
