package dev.sluice.serving.inference;

/** What runs a model that reads texts. */
public enum Backend {
  /** ONNX Runtime in this process. */
  ONNX,
  /** Model servers that speak the Open Inference Protocol, as Triton does. */
  INFERENCE
}
