package dev.sluice.generate.admission;

import dev.sluice.type.v1.Priority;

/**
 * What a stream asks for.
 *
 * @param tenant who asks; fair shares are between tenants
 * @param priority the class whose output lengths and deadlines are learned together
 * @param promptTokens tokens that the server reads, at least 1; an estimate will do
 * @param maxTokens the most that it may write, at least 1
 */
public record Ticket(String tenant, Priority priority, int promptTokens, int maxTokens) {

  public Ticket {
    if (promptTokens < 1 || maxTokens < 1) {
      throw new IllegalArgumentException("a stream reads and writes at least one token");
    }
  }
}
