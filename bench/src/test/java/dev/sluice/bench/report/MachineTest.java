package dev.sluice.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MachineTest {

  @Test
  void aVersionIsReadFromAJarsName() {
    List<String> jars = List.of("/lib/grpc-core-1.80.0.jar", "/lib/grpc-core-extra-2.0.jar");
    assertThat(Machine.version("grpc-core", jars)).isEqualTo("1.80.0");
    assertThat(Machine.version("lucene-core", jars)).isEqualTo("unknown");
  }

  @Test
  void aFactIsReadFromItsLine() {
    String lines = "processor\t: 0\nmodel name\t: AMD EPYC: fast\nmodel name\t: second\n";
    assertThat(Machine.entry(lines, "model name")).isEqualTo("AMD EPYC: fast");
    assertThat(Machine.entry(lines, "bogomips")).isEqualTo("unknown");
  }

  @Test
  void memoryIsGivenInWholeGibibytes() {
    assertThat(Machine.memory("MemTotal:       25165824 kB\n")).isEqualTo("24 GiB");
    assertThat(Machine.memory("")).isEqualTo("unknown");
  }

  @Test
  void timeIsIdleOrIsWorked() {
    String stat = "cpu  10 1 4 80 5 0 2 3 7 7\ncpu0 5 0 2 40 2 0 1 1 3 3\n";
    assertThat(Machine.ticks(stat)).containsExactly(105, 20);
  }
}
