package dev.sluice.gateway.audit;

import java.io.IOException;

/** Where lines go. For one thread. */
interface AuditTarget extends AutoCloseable {

  /** Adds whole lines, all or none of them. The operating system has them when this returns. */
  void append(byte[] lines) throws IOException;

  @Override
  void close() throws IOException;
}
