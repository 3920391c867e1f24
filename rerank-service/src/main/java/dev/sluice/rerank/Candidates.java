package dev.sluice.rerank;

import java.util.List;

/**
 * A query and the documents to order for it.
 *
 * @param tenant whose texts these are; what is cached of them serves nobody else
 * @param maxTokensPerDocument the most tokens read of each; 0 means as many as the model reads
 */
record Candidates(
    String tenant, String query, List<Candidate> documents, int maxTokensPerDocument) {}
