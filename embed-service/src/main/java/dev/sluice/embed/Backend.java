package dev.sluice.embed;

/** What runs the embedding model. */
enum Backend {
  /** ONNX Runtime in this process. */
  ONNX,
  /** Model servers that speak the Open Inference Protocol, as Triton does. */
  INFERENCE
}
