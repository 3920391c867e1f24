package dev.sluice.serving.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class IntegerTensorTest {

  private static final List<long[]> ROWS = List.of(new long[] {101, -2, 102}, new long[] {7});

  private static ByteBuffer content(IntegerTensor tensor) {
    return tensor.content().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void rowsAreFilledUpWithZeros() {
    var tensor = IntegerTensor.padded("input_ids", IntegerType.INT64, 4, ROWS);
    long[] values = new long[8];
    content(tensor).asLongBuffer().get(values);
    assertThat(values).containsExactly(101, -2, 102, 0, 7, 0, 0, 0);
    assertThat(tensor.content().size()).isEqualTo(8 * Long.BYTES);
  }

  @Test
  void aModelMayWantShorterIntegers() {
    var tensor = IntegerTensor.padded("input_ids", IntegerType.INT32, 4, ROWS);
    int[] values = new int[8];
    content(tensor).asIntBuffer().get(values);
    assertThat(values).containsExactly(101, -2, 102, 0, 7, 0, 0, 0);
    assertThat(tensor.content().size()).isEqualTo(8 * Integer.BYTES);
  }

  @Test
  void aMaskHasAOneForEachToken() {
    var tensor = IntegerTensor.mask("attention_mask", IntegerType.INT32, 3, new int[] {3, 0, 2});
    int[] values = new int[9];
    content(tensor).asIntBuffer().get(values);
    assertThat(values).containsExactly(1, 1, 1, 0, 0, 0, 1, 1, 0);
    assertThat(List.of(tensor.rows(), tensor.columns())).containsExactly(3, 3);
  }
}
