package dev.sluice.standalone.eval;

import dev.sluice.gateway.v1.RetrievalMode;
import dev.sluice.type.v1.StagePolicy;
import java.util.Locale;

/** The four kinds of search that are measured. */
public enum Stage {
  LEXICAL(RetrievalMode.LEXICAL, StagePolicy.OFF),
  DENSE(RetrievalMode.DENSE, StagePolicy.OFF),
  FUSED(RetrievalMode.HYBRID, StagePolicy.OFF),
  RERANKED(RetrievalMode.HYBRID, StagePolicy.REQUIRED);

  private final RetrievalMode mode;
  private final StagePolicy rerank;

  Stage(RetrievalMode mode, StagePolicy rerank) {
    this.mode = mode;
    this.rerank = rerank;
  }

  RetrievalMode mode() {
    return mode;
  }

  StagePolicy rerank() {
    return rerank;
  }

  /** Its key in reports. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
