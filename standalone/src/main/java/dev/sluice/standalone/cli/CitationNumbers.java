package dev.sluice.standalone.cli;

import dev.sluice.gateway.v1.Citation;
import dev.sluice.gateway.v1.CitationSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Numbers the sources of an answer from 1, in the order in which they are cited first. */
final class CitationNumbers {

  /** What makes two sources the same. */
  private record Place(String documentId, String version, int start, int end, String quote) {
    static Place of(CitationSource source) {
      return new Place(
          source.getDocumentId(),
          source.getDocumentVersion(),
          source.getSourceSpan().getStart(),
          source.getSourceSpan().getEnd(),
          source.getQuote());
    }
  }

  private final Map<Place, Integer> numbers = new LinkedHashMap<>();
  private final List<CitationSource> sources = new ArrayList<>();

  /** The mark that stands after the supported text, as {@code [1][3]}. */
  String mark(Citation citation) {
    StringBuilder mark = new StringBuilder();
    for (CitationSource source : citation.getSourcesList()) {
      mark.append('[').append(number(source)).append(']');
    }
    return mark.toString();
  }

  private int number(CitationSource source) {
    Place place = Place.of(source);
    Integer known = numbers.get(place);
    if (known != null) {
      return known;
    }
    sources.add(source);
    numbers.put(place, sources.size());
    return sources.size();
  }

  /** The sources; the first has number 1. */
  List<CitationSource> sources() {
    return List.copyOf(sources);
  }
}
