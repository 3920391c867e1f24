package dev.sluice.bench;

import dev.sluice.gateway.v1.Document;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Texts as they come when callers search and store at once: titles for queries, and passages. */
record MixedTexts(List<String> arrival) {

  /** One text in so many is a passage. */
  private static final int PASSAGES = 6;

  /** So many texts, shuffled. */
  static MixedTexts load(int count) throws IOException {
    List<String> texts = new ArrayList<>();
    for (Document document : Corpus.load("cranfield", count)) {
      boolean passage = texts.size() % PASSAGES == 0 || document.getTitle().isBlank();
      texts.add(passage ? document.getText() : document.getTitle());
    }
    Collections.shuffle(texts, new Random(1));
    return new MixedTexts(texts);
  }

  /** The longest first, so that nothing long is left for the end. */
  List<String> byLength() {
    return arrival.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList();
  }

  /** An even sample, one in so many. */
  static List<String> sample(List<String> texts, int oneIn) {
    return Stream.iterate(0, i -> i < texts.size(), i -> i + oneIn).map(texts::get).toList();
  }

  List<String> shortest(int count) {
    return byLength().reversed().subList(0, Math.min(count, arrival.size()));
  }
}
