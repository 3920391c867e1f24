package dev.sluice.gateway.documents;

import com.google.common.base.Utf8;
import dev.sluice.gateway.v1.Document;
import dev.sluice.serving.failure.Failure.InvalidInput;
import dev.sluice.serving.failure.TextRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Passages of documents that came with a request and are forgotten after it. They are split as
 * stored documents are, and their words are scored as those of a collection of these alone.
 */
public final class SentDocuments {

  private static final int MOST_PASSAGES = 2000;

  private final LexicalField lexical;
  private final DocumentRules rules;
  private final int maxBytes;
  private final int chunkTokens;

  /**
   * @param maxBytes of all texts together, in UTF-8
   * @param chunkTokens the most tokens of a passage
   */
  public SentDocuments(LexicalSettings settings, int maxBytes, int chunkTokens) {
    this.lexical = new LexicalField(settings);
    this.rules = new DocumentRules(maxBytes);
    this.maxBytes = maxBytes;
    this.chunkTokens = chunkTokens;
  }

  /**
   * @throws InvalidInput for a document that could not be stored, for ids that are equal, and for
   *     too much text
   */
  public void check(List<Document> documents) {
    Map<String, Integer> places = new HashMap<>();
    long bytes = 0;
    for (int i = 0; i < documents.size(); i++) {
      String field = "documents[" + i + "]";
      rules.check(field, documents.get(i));
      Integer same = places.put(documents.get(i).getId(), i);
      if (same != null) {
        throw new InvalidInput(field + ".id", "is that of documents[" + same + "] too");
      }
      bytes += DocumentRules.utf8Length(documents.get(i).getText());
    }
    if (bytes > maxBytes) {
      throw new InvalidInput(
          "documents", "have " + bytes + " bytes of text, together at most " + maxBytes);
    }
  }

  /**
   * All passages with a word in them, in order, with their BM25.
   *
   * @throws InvalidInput when there are too many
   */
  public List<Candidate> candidates(List<Document> documents, String query, TokenCounter counter) {
    Chunker chunker = new Chunker(counter, chunkTokens);
    List<Passage> passages = new ArrayList<>();
    for (List<Passage> more : SideBySide.map(documents, each -> passages(each, chunker))) {
      passages.addAll(more);
    }
    if (passages.size() > MOST_PASSAGES) {
      throw new InvalidInput(
          "documents", "make more than " + MOST_PASSAGES + " passages: store them in a collection");
    }
    double[] scores = TemporaryIndex.scores(lexical, passages, query);
    List<Candidate> candidates = new ArrayList<>(passages.size());
    for (int i = 0; i < scores.length; i++) {
      candidates.add(new Candidate(passages.get(i), null, scores[i]));
    }
    return candidates;
  }

  private static List<Passage> passages(Document document, Chunker chunker) {
    List<Passage> passages = new ArrayList<>();
    String text = document.getText();
    String version = ContentVersion.of(document);
    int ordinal = 0;
    int from = 0;
    int utf8 = 0;
    for (Chunk chunk : chunker.split(document.getTitle(), text, ContentVersion.format(document))) {
      utf8 += Utf8.encodedLength(text.substring(from, chunk.start()));
      from = chunk.start();
      if (TextRules.readable(chunk.text(text))) {
        passages.add(
            new Passage(
                document.getId(),
                version,
                document.getId() + "#" + ordinal,
                document.getTitle(),
                chunk.headings(),
                chunk.text(text),
                chunk.start(),
                chunk.end(),
                utf8,
                chunk.header(),
                document.getMetadata()));
        ordinal++;
      }
    }
    return passages;
  }
}
