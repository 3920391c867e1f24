package dev.sluice.gateway.documents;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.Directory;

/** How much Lucene indexes hold. */
final class LuceneUsage {

  private LuceneUsage() {}

  static StoreUsage of(Directory directory, IndexSearcher searcher) throws IOException {
    CollectionSize size = new IndexView(searcher).size();
    return new StoreUsage(size.documents(), size.chunks(), bytes(directory), Optional.empty());
  }

  private static long bytes(Directory directory) throws IOException {
    long bytes = 0;
    for (String file : directory.listAll()) {
      bytes += length(directory, file);
    }
    return bytes;
  }

  /** Files come and go while they are counted. */
  private static long length(Directory directory, String file) throws IOException {
    try {
      return directory.fileLength(file);
    } catch (NoSuchFileException | FileNotFoundException gone) {
      return 0;
    }
  }

  static StoreUsage empty(Path data) throws IOException {
    FileStore disk = Files.getFileStore(data);
    return new StoreUsage(
        0, 0, 0, Optional.of(new StoreUsage.Disk(disk.getUsableSpace(), disk.getTotalSpace())));
  }
}
