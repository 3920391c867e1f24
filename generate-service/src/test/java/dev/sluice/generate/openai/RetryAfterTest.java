package dev.sluice.generate.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RetryAfterTest {

  private static final String DATE = "Sat, 21 Nov 2026 10:00:00 GMT";

  private static Duration wait(String text) {
    return RetryAfter.of(
        HttpHeaders.of(
            Map.of("Retry-After", List.of(text), "Date", List.of(DATE)), (name, value) -> true));
  }

  @Test
  void secondsAndTimesAreUnderstood() {
    assertThat(wait("3")).hasSeconds(3);
    assertThat(wait("Sat, 21 Nov 2026 10:00:09 GMT")).hasSeconds(9);
  }

  @Test
  void theWaitIsBounded() {
    assertThat(wait("100000")).hasMinutes(5);
    assertThat(wait("Sat, 21 Nov 2026 09:00:00 GMT")).isZero();
  }

  @Test
  void whatIsNoWaitIsUnknown() {
    assertThat(wait("soon")).isEqualTo(RetryAfter.UNKNOWN);
    assertThat(wait("-1")).isEqualTo(RetryAfter.UNKNOWN);
    assertThat(RetryAfter.of(HttpHeaders.of(Map.of(), (name, value) -> true)))
        .isEqualTo(RetryAfter.UNKNOWN);
    assertThat(RetryAfter.of(HttpHeaders.of(Map.of("retry-after", List.of(DATE)), (n, v) -> true)))
        .isEqualTo(RetryAfter.UNKNOWN);
  }
}
