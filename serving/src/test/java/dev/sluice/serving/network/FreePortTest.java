package dev.sluice.serving.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FreePortTest {

  @Test
  void noneIsGivenTwice() {
    assertThat(Stream.generate(FreePort::any).limit(2000)).doesNotHaveDuplicates();
  }
}
