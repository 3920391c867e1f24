package dev.sluice.gateway.documents;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.Semaphore;

/**
 * The SHA-256 of files. Files that are hashed at the same time are read in turn, a part of each: so
 * calls lose one processor to it at most, and nobody waits for the whole of another tenant's files.
 */
final class FileHash {

  /** In bytes. */
  static final int PART = 1 << 20;

  private static final Semaphore TURN = new Semaphore(1, true);

  private FileHash() {}

  /** In hexadecimal. */
  @SuppressWarnings("ThreadPriorityCheck")
  static String of(Path file) throws IOException {
    MessageDigest hash = ContentVersion.sha256();
    byte[] part = new byte[Math.clamp(Files.size(file), 1, PART)];
    try (InputStream content = Files.newInputStream(file)) {
      while (addPart(content, part, hash)) {
        Thread.yield(); // nothing else makes a virtual thread that hashes give way
      }
    }
    return HexFormat.of().formatHex(hash.digest());
  }

  /** Whether another may follow. */
  private static boolean addPart(InputStream content, byte[] part, MessageDigest hash)
      throws IOException {
    TURN.acquireUninterruptibly();
    try {
      int length = content.readNBytes(part, 0, part.length);
      hash.update(part, 0, length);
      return length == part.length;
    } finally {
      TURN.release();
    }
  }
}
