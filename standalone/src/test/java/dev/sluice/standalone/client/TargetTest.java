package dev.sluice.standalone.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {

  @ParameterizedTest
  @ValueSource(strings = {"localhost:7400", "127.0.0.1:1", "[::1]:65535", "LOCALHOST:80"})
  void theseStayOnThisMachine(String address) {
    assertThat(Target.parse(address).isLoopback()).isTrue();
    assertThat(Target.parse(address)).hasToString(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"example.org:443", "10.0.0.1:1", "localhost.example.org:1", "[fe80::1]:1"})
  void theseDoNot(String address) {
    assertThat(Target.parse(address).isLoopback()).isFalse();
  }

  @Test
  void anAddressWithoutAPortIsNone() {
    assertThatThrownBy(() -> Target.parse("localhost")).hasMessageContaining("host:port");
  }
}
