package dev.sluice.standalone.cli;

import dev.sluice.gateway.access.KeyEntry;
import dev.sluice.gateway.access.KeyRing;
import dev.sluice.standalone.CommandFailure;
import dev.sluice.standalone.ingest.Unreadable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * A gateway's file of keys as people keep it. It changes whole, so that no gateway reads half of
 * it, and by one command at a time, for which a file beside it is locked and left there; comments
 * stay. A new one may be read by nobody but its owner.
 */
record KeyLines(Path file) {

  /** The keys in it. */
  KeyRing ring() {
    try {
      return KeyRing.read(file);
    } catch (IOException e) {
      String reason =
          e.getClass() == IOException.class ? String.valueOf(e.getMessage()) : Unreadable.reason(e);
      throw new CommandFailure("the keys in " + file + " cannot be read: " + reason, e);
    }
  }

  void add(KeyEntry entry) {
    change(() -> {
      List<String> lines = new ArrayList<>();
      if (Files.exists(file)) {
        ring(); // a file of something else is not touched
        lines.addAll(read());
      } else {
        lines.add("# API keys of Sluice's gateway, one a line; made by: sluice key create");
      }
      lines.add(entry.written());
      return lines;
    });
  }

  void remove(String id) {
    ring(); // where there is no file, none is locked
    change(() -> {
      ring();
      List<String> lines = read();
      List<String> left = lines.stream().filter(line -> !isOf(line, id)).toList();
      if (left.size() == lines.size()) {
        throw new CommandFailure("there is no key " + id + " in " + file + ": sluice key list");
      }
      return left;
    });
  }

  private static boolean isOf(String line, String id) {
    return KeyRing.entry(line).filter(entry -> entry.id().equals(id)).isPresent();
  }

  private List<String> read() {
    try {
      return Files.readAllLines(file, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new CommandFailure("the keys in " + file + " cannot be read", e);
    }
  }

  /** Writes what the lines become, while no other command reads or writes them. */
  private void change(Supplier<List<String>> lines) {
    try {
      Path real = (Files.exists(file) ? file.toRealPath() : file).toAbsolutePath();
      Path beside = real.resolveSibling(real.getFileName() + ".lock");
      try (FileChannel channel =
              FileChannel.open(beside, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock _ = channel.lock()) {
        write(real, lines.get());
      }
    } catch (IOException e) {
      throw new CommandFailure("the keys in " + file + " cannot be written: " + e, e);
    }
  }

  private static void write(Path real, List<String> lines) throws IOException {
    Path next = Files.createTempFile(Objects.requireNonNull(real.getParent()), ".keys", "");
    Files.write(next, lines, StandardCharsets.US_ASCII);
    if (Files.exists(real)) {
      Files.setPosixFilePermissions(next, Files.getPosixFilePermissions(real));
    }
    Files.move(next, real, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
