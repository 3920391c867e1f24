package dev.sluice.gateway.documents;

import dev.sluice.serving.failure.Failure.Precondition;
import dev.sluice.serving.failure.Failure.StorageFull;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory of stored data with one owner at a time and a format version. Open means owned: the
 * lock ends with {@link #close} or with the process. {@code Precondition}, whose message is one
 * line for people, when it cannot be had.
 */
public final class DataDirectory implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DataDirectory.class);

  /** The layout that this code reads and writes. */
  public static final String FORMAT = "3";

  private static final String FIRST = "1";

  /** Read as they are, since only their collections lack something; older code must not write. */
  private static final Set<String> OLDER = Set.of(FIRST, "2");

  // On POSIX a process loses its lock when it closes any channel of the file: never open another.
  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel channel;

  private DataDirectory(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  private static final String TLS = "tls";

  /**
   * Who holds a data directory.
   *
   * @param gateway its address, empty until it is known
   * @param tls whether the gateway takes TLS alone
   */
  public record Owner(long pid, String gateway, boolean tls) {}

  /** Takes the directory, and makes it when there is none. */
  public static DataDirectory open(Path directory) {
    try {
      DurableFile.makeDirectory(directory);
      Path path = directory.toRealPath();
      DataDirectory data = new DataDirectory(path, lock(path));
      try {
        data.checkFormat();
        data.recordGateway("", false);
        return data;
      } catch (IOException | RuntimeException e) {
        data.close();
        throw e;
      }
    } catch (IOException e) {
      throw new Precondition(
          "DATA_DIRECTORY_UNUSABLE", "data directory " + directory + " cannot be used: " + e);
    }
  }

  private static synchronized FileChannel lock(Path path) throws IOException {
    if (!OPEN.add(path)) {
      throw inUse(path);
    }
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(lockFile(path), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        throw inUse(path);
      }
      return channel;
    } catch (IOException | RuntimeException e) {
      if (channel != null) {
        channel.close();
      }
      OPEN.remove(path);
      throw e;
    }
  }

  private static Precondition inUse(Path path) {
    String holder =
        readOwner(path)
            .map(owner ->
                " by process "
                    + owner.pid()
                    + (owner.gateway().isEmpty() ? "" : " (gateway " + owner.gateway() + ")"))
            .orElse("");
    return new Precondition(
        "DATA_DIRECTORY_IN_USE", "data directory " + path + " is in use" + holder);
  }

  private void checkFormat() throws IOException {
    Path file = path.resolve("format");
    String found =
        Files.exists(file)
            ? new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).strip()
            : FIRST;
    if (OLDER.contains(found)) {
      DurableFile.write(file, (FORMAT + "\n").getBytes(StandardCharsets.UTF_8));
    } else if (!found.equals(FORMAT)) {
      String shown = found.length() > 20 ? found.substring(0, 20) + "..." : found;
      throw new Precondition(
          "DATA_FORMAT_UNKNOWN",
          "data directory %s has format '%s', this version of Sluice knows '%s'"
              .formatted(path, shown.replaceAll("\\p{Cntrl}", "?"), FORMAT));
    }
  }

  /**
   * Records where the gateway of this owner listens, as {@code 127.0.0.1:7400}. Nobody is recorded
   * where the disk is full: it can be read all the same.
   */
  public void recordGateway(String address, boolean tls) throws IOException {
    String security = tls ? TLS + "\n" : "";
    String owner = ProcessHandle.current().pid() + "\n" + address + "\n" + security;
    try {
      DurableFile.write(ownerFile(path), owner.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      if (!(StorageFailures.of(e) instanceof StorageFull)) {
        throw e;
      }
      LOG.warn("the owner of the data directory is not recorded: its disk is full");
      Files.deleteIfExists(ownerFile(path));
    }
  }

  /** The process that holds the directory now, if one does. Takes nothing, makes nothing. */
  public static Optional<Owner> owner(Path directory) {
    try {
      Path path = directory.toRealPath();
      return isLocked(path) ? readOwner(path) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static synchronized boolean isLocked(Path path) throws IOException {
    if (OPEN.contains(path)) {
      return true;
    }
    try (FileChannel channel = FileChannel.open(lockFile(path), StandardOpenOption.WRITE);
        @Nullable FileLock lock = channel.tryLock()) {
      return lock == null;
    }
  }

  private static Optional<Owner> readOwner(Path path) {
    try {
      List<String> lines = Files.readAllLines(ownerFile(path));
      return Optional.of(
          new Owner(Long.parseLong(lines.get(0)), lines.get(1), lines.contains(TLS)));
    } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  private static Path lockFile(Path path) {
    return path.resolve("lock");
  }

  private static Path ownerFile(Path path) {
    return path.resolve("owner");
  }

  /** The directory itself. */
  public Path path() {
    return path;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } finally {
      OPEN.remove(path);
    }
  }
}
