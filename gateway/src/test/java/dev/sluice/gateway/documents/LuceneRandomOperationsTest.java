package dev.sluice.gateway.documents;

import java.nio.file.Path;
import java.time.InstantSource;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.io.TempDir;

class LuceneRandomOperationsTest extends RandomOperationsContract {

  @TempDir private Path data;

  @Override
  DocumentStore open() {
    return new LuceneStore(
        data,
        LexicalSettings.DEFAULT,
        InstantSource.fixed(Samples.NOW),
        path -> FSDirectory.open(path));
  }

  @Override
  int operations() {
    return 450;
  }
}
