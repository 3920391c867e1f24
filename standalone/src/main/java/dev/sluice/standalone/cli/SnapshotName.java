package dev.sluice.standalone.cli;

import dev.sluice.gateway.v1.SnapshotCollection;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;

/** A name that the contract allows for a snapshot: that of a collection could be one. */
record SnapshotName(String value) {

  /** No name; picocli replaces it, because the parameter is required. */
  static final SnapshotName NONE = new SnapshotName("");

  static final class Converter implements ITypeConverter<SnapshotName> {
    @Override
    public SnapshotName convert(String value) {
      return new SnapshotName(CollectionName.checked(value, "snapshot"));
    }
  }

  /** What a snapshot holds, in words. */
  static String held(List<SnapshotCollection> collections) {
    return collections.isEmpty()
        ? "no collection"
        : collections.stream().map(SnapshotName::held).collect(Collectors.joining(", "));
  }

  private static String held(SnapshotCollection collection) {
    long count = collection.getDocumentCount();
    return collection.getName() + " (" + count + (count == 1 ? " document)" : " documents)");
  }
}
