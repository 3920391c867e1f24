package dev.sluice.gateway.documents;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Changes of the file system that survive the death of the machine, whole or not at all. */
final class DurableFile {

  private DurableFile() {}

  /** Writes or replaces a small file. */
  static void write(Path file, byte[] content) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    move(temporary, file);
  }

  /** Copies a file to a new one. */
  static void copy(Path from, Path to) throws IOException {
    Files.copy(from, to);
    try (FileChannel channel = FileChannel.open(to, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /** Makes the names in a directory, and in those under it, durable. */
  static void forceTree(Path directory) throws IOException {
    List<Path> directories;
    try (Stream<Path> tree = Files.walk(directory)) {
      directories = tree.filter(Files::isDirectory).toList();
    }
    for (Path each : directories) {
      force(each);
    }
  }

  /** Renames a file or a directory within one file system. */
  static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    force(to.toAbsolutePath().getParent());
  }

  /** Makes a directory and its parents where they are missing. */
  static void makeDirectory(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Path parent = directory.toAbsolutePath().getParent();
      if (parent != null) {
        makeDirectory(parent);
      }
      Files.createDirectories(directory);
      force(parent);
    }
  }

  /** Deletes a directory with all that is in it. Not atomic. */
  static void deleteTree(Path directory) throws IOException {
    List<Path> leavesFirst;
    try (Stream<Path> tree = Files.walk(directory)) {
      leavesFirst = tree.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : leavesFirst) {
      Files.deleteIfExists(path);
    }
  }

  private static void force(@Nullable Path directory) throws IOException {
    if (directory != null) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
