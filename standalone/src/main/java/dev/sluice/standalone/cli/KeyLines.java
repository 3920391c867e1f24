package dev.sluice.standalone.cli;

import dev.sluice.gateway.access.KeyEntry;
import dev.sluice.gateway.access.KeyRing;
import dev.sluice.standalone.CommandFailure;
import dev.sluice.standalone.ingest.Unreadable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A gateway's file of keys as people keep it. It changes whole, so that no gateway reads half of
 * it; comments stay. A new one may be read by nobody but its owner.
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
    List<String> lines = new ArrayList<>();
    if (Files.exists(file)) {
      ring(); // a file of something else is not touched
      lines.addAll(read());
    } else {
      lines.add("# API keys of Sluice's gateway, one a line; made by: sluice key create");
    }
    lines.add(entry.written());
    write(lines);
  }

  void remove(String id) {
    if (!ring().byId().containsKey(id)) {
      throw new CommandFailure("there is no key " + id + " in " + file + ": sluice key list");
    }
    write(read().stream().filter(line -> !isOf(line, id)).toList());
  }

  private static boolean isOf(String line, String id) {
    return (" " + line + " ").contains(" id=" + id + " ");
  }

  private List<String> read() {
    try {
      return Files.readAllLines(file, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new CommandFailure("the keys in " + file + " cannot be read", e);
    }
  }

  private void write(List<String> lines) {
    try {
      Path real = (Files.exists(file) ? file.toRealPath() : file).toAbsolutePath();
      Path next = Files.createTempFile(Objects.requireNonNull(real.getParent()), ".keys", "");
      Files.write(next, lines, StandardCharsets.US_ASCII);
      if (Files.exists(real)) {
        Files.setPosixFilePermissions(next, Files.getPosixFilePermissions(real));
      }
      Files.move(next, real, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new CommandFailure("the keys in " + file + " cannot be written: " + e, e);
    }
  }
}
