package dev.sluice.serving.inference;

import java.util.List;

/**
 * A tensor that a model takes or gives.
 *
 * @param type as on the wire: "INT64"
 * @param shape the length of each axis, the batch's first; -1 for any; empty when nobody says
 * @param optional whether a request may leave it out
 */
public record TensorDescription(String name, String type, List<Long> shape, boolean optional) {}
