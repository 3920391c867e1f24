package dev.sluice.gateway.documents;

import dev.sluice.gateway.documents.SnapshotManifest.Held;
import dev.sluice.serving.failure.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Brings collections back from a snapshot. All are made whole beside the ones in use before the
 * first is put in its place; what cannot be put there takes the others away again.
 */
final class Restoration {

  private final CollectionFolders folders;
  private final LuceneSnapshots snapshots;
  private final String tenant;

  Restoration(CollectionFolders folders, LuceneSnapshots snapshots, String tenant) {
    this.folders = folders;
    this.snapshots = snapshots;
    this.tenant = tenant;
  }

  /**
   * @param makeRoom ends the collection of a name, if there is one
   * @return the folders of the collections, in the order given
   */
  List<Path> run(String snapshot, List<Held> held, Consumer<CollectionKey> makeRoom) {
    List<Path> prepared = new ArrayList<>();
    List<Path> finished = new ArrayList<>();
    try {
      for (Held each : held) {
        prepared.add(
            folders.prepare(tenant, into -> snapshots.unpack(tenant, snapshot, each, into)));
      }
      for (int i = 0; i < held.size(); i++) {
        CollectionKey key = new CollectionKey(tenant, held.get(i).collection());
        makeRoom.accept(key);
        finished.add(folders.finish(prepared.get(i), key));
      }
      return finished;
    } catch (Failure e) {
      prepared.forEach(CollectionFolders::discard);
      finished.forEach(CollectionFolders::discard);
      throw e;
    }
  }
}
