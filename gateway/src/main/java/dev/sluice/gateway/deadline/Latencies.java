package dev.sluice.gateway.deadline;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is known about the stages of calls, apart for each kind of source that passages come from: a
 * slow data source must not make searches in collections look slow.
 */
public final class Latencies {

  private final Map<String, StageLatencies> sources = new ConcurrentHashMap<>();

  /**
   * @param source one of a closed set
   */
  public StageLatencies of(String source) {
    return sources.computeIfAbsent(source, each -> new StageLatencies());
  }
}
