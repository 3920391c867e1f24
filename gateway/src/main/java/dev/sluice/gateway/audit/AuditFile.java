package dev.sluice.gateway.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * A file that is appended to. Where it was renamed or deleted, as by logrotate, another one of its
 * name is begun. Lines that the disk has no room for are taken back as a whole.
 */
final class AuditFile implements AuditTarget {

  private final Path path;
  private @Nullable FileChannel open;
  private @Nullable Object key;

  AuditFile(Path path) {
    this.path = path;
  }

  @Override
  public void append(byte[] lines) throws IOException {
    FileChannel file = current();
    long before = file.size();
    try {
      ByteBuffer left = ByteBuffer.wrap(lines);
      while (left.hasRemaining()) {
        var _ = file.write(left);
      }
    } catch (IOException e) {
      takeBack(file, before, e);
      throw e;
    }
  }

  private void takeBack(FileChannel file, long size, IOException cause) {
    try (file) {
      file.truncate(size);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
    open = null;
  }

  private FileChannel current() throws IOException {
    FileChannel file = open;
    if (file != null && file.isOpen() && isThere()) {
      return file;
    }
    close();
    FileChannel begun =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    open = begun;
    key = fileKey();
    return begun;
  }

  private boolean isThere() throws IOException {
    try {
      return key == null || key.equals(fileKey());
    } catch (NoSuchFileException gone) {
      return false;
    }
  }

  private @Nullable Object fileKey() throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  @Override
  public void close() throws IOException {
    FileChannel file = open;
    open = null;
    if (file != null) {
      file.close();
    }
  }
}
