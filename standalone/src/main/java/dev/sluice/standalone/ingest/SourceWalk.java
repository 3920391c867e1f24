package dev.sluice.standalone.ingest;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the files behind the paths that a user names: folders are walked in the order of names,
 * hidden entries are left out, and a folder that links lead to twice is read once.
 */
public final class SourceWalk {

  private final List<SourceFile> files = new ArrayList<>();
  private final List<Item> others = new ArrayList<>();
  private final Map<String, Path> ids = new HashMap<>();
  private final Set<Path> seen = new HashSet<>();

  private SourceWalk() {}

  /** What there is to read, and what was left out on the way. */
  public record Found(List<SourceFile> files, List<Item> others) {

    /** Bytes of all files. */
    public long bytes() {
      return files.stream().mapToLong(SourceFile::size).sum();
    }
  }

  /** Walks the paths in the order given. */
  public static Found from(List<Path> paths) {
    SourceWalk walk = new SourceWalk();
    for (Path path : paths) {
      walk.take(path, idOf(path), true);
    }
    return new Found(List.copyOf(walk.files), List.copyOf(walk.others));
  }

  /**
   * A relative path below the current directory names its files; any other begins with its name.
   */
  private static String idOf(Path path) {
    Path given = path.normalize();
    if (!given.isAbsolute() && !given.startsWith("..")) {
      return slashed(given);
    }
    Path name = path.toAbsolutePath().normalize().getFileName();
    return name == null ? "" : slashed(name);
  }

  private static String slashed(Path path) {
    return path.toString().replace(path.getFileSystem().getSeparator(), "/");
  }

  private void take(Path path, String id, boolean named) {
    try {
      if (Files.isDirectory(path)) {
        takeFolder(path, id);
      } else if (Files.isRegularFile(path)) {
        takeFile(new SourceFile(path, id, Files.size(path), named));
      } else {
        leave(path, id, named);
      }
    } catch (IOException e) {
      others.add(new Item.Refused(id, Unreadable.reason(e), 0));
    }
  }

  private void leave(Path path, String id, boolean named) {
    if (named) {
      String reason = Files.exists(path) ? path + " is no file or folder" : "there is no " + path;
      others.add(new Item.Refused(id, reason, 0));
    } else {
      others.add(new Item.Skipped("broken link or special file", 0));
    }
  }

  private void takeFolder(Path folder, String id) throws IOException {
    if (!seen.add(folder.toRealPath())) {
      others.add(new Item.Skipped("folder reached twice", 0));
      return;
    }
    for (Path entry : sorted(folder)) {
      Path name = entry.getFileName();
      if (name == null || name.toString().startsWith(".")) {
        others.add(new Item.Skipped("hidden", 0));
      } else {
        take(entry, id.isEmpty() ? name.toString() : id + "/" + name, false);
      }
    }
  }

  private static List<Path> sorted(Path folder) throws IOException {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      stream.forEach(entries::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    entries.sort(null);
    return entries;
  }

  private void takeFile(SourceFile file) throws IOException {
    Path real = file.path().toRealPath();
    Path holder = ids.putIfAbsent(file.id(), real);
    if (holder == null) {
      files.add(file);
    } else if (!holder.equals(real)) {
      String reason =
          "two files have this name: " + holder + " and " + real + "; ingest them apart";
      others.add(new Item.Refused(file.id(), reason, 0));
    }
  }
}
