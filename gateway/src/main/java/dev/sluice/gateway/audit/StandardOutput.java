package dev.sluice.gateway.audit;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;

/** The standard output of the process, which carries nothing else in a container. */
final class StandardOutput implements AuditTarget {

  private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);

  @Override
  public void append(byte[] lines) throws IOException {
    out.write(lines);
  }

  /** It stays open: it belongs to the process. */
  @Override
  public void close() {}
}
