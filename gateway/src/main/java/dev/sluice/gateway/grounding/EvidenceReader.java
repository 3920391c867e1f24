package dev.sluice.gateway.grounding;

import dev.sluice.gateway.documents.CollectionKey;
import dev.sluice.gateway.documents.DocumentStore;
import dev.sluice.gateway.documents.StoredDocument;
import dev.sluice.gateway.v1.EvidenceDocument;
import dev.sluice.gateway.v1.InlineEvidence;
import dev.sluice.gateway.v1.StoredEvidence;
import dev.sluice.serving.caller.Caller;
import dev.sluice.serving.failure.Failure;
import java.util.ArrayList;
import java.util.List;

/** Gets the documents that a request names or brings. */
record EvidenceReader(DocumentStore store) {

  /** Of all documents together, in UTF-16 code units. */
  static final int LONGEST = 1 << 20;

  /**
   * The documents in the order of the request.
   *
   * @throws Failure.InvalidInput when they are too long together
   */
  List<EvidenceText> read(List<EvidenceDocument> documents, Caller caller) {
    List<EvidenceText> sources = new ArrayList<>(documents.size());
    long length = 0;
    for (EvidenceDocument document : documents) {
      EvidenceText source = source(document, caller);
      length += source.text().length();
      if (length > LONGEST) {
        throw new Failure.InvalidInput(
            "documents", "have more than " + LONGEST + " characters together");
      }
      sources.add(source);
    }
    return sources;
  }

  private EvidenceText source(EvidenceDocument document, Caller caller) {
    if (document.hasStored()) {
      return stored(document.getStored(), caller);
    }
    InlineEvidence inline = document.getInline();
    return EvidenceText.whole(inline.getId(), "", inline.getText());
  }

  private EvidenceText stored(StoredEvidence named, Caller caller) {
    StoredDocument document =
        store
            .document(CollectionKey.of(caller, named.getCollection()), named.getDocumentId())
            .orElseThrow(() -> new Failure.NotFound("document", named.getDocumentId()));
    String version = document.record().version();
    if (!named.getDocumentVersion().isEmpty() && !named.getDocumentVersion().equals(version)) {
      throw new Failure.Precondition(
          "DOCUMENT_VERSION_MISMATCH",
          "document '"
              + named.getDocumentId()
              + "' is stored in version "
              + version
              + ", not in version "
              + named.getDocumentVersion());
    }
    return EvidenceText.whole(document.id(), version, document.text());
  }
}
