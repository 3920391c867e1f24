package dev.sluice.serving.encoder;

import java.util.Arrays;

/**
 * A dense tensor of floats, row-major. The arrays are not to be changed.
 *
 * @param values all elements
 * @param shape the length of each axis
 */
@SuppressWarnings("ArrayRecordComponent")
public record Tensor(float[] values, long[] shape) {

  /** The elements of the first {@code rows} rows of one member of the batch. */
  public float[] rows(int member, int rows) {
    int width = (int) shape[shape.length - 1];
    int stride = values.length / (int) shape[0];
    return Arrays.copyOfRange(values, member * stride, member * stride + rows * width);
  }
}
