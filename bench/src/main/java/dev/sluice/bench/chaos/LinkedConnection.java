package dev.sluice.bench.chaos;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Two sockets whose bytes are passed on, late or slowly or not at all. Owns both. */
final class LinkedConnection {

  private static final int PIECES = 256;
  private static final int PIECE_BYTES = 16 << 10;

  private final Socket near;
  private final Socket far;
  private final Supplier<Conduct> conduct;
  private final LinkCounts counts;
  private volatile boolean swallowing;

  LinkedConnection(Socket near, Socket far, Supplier<Conduct> conduct, LinkCounts counts) {
    this.near = near;
    this.far = far;
    this.conduct = conduct;
    this.counts = counts;
  }

  /**
   * @param bytes none: the end of the stream
   */
  private record Piece(long due, ByteString bytes) {}

  /**
   * @param ended told when it is closed
   */
  void start(Runnable ended) throws IOException {
    near.setTcpNoDelay(true);
    far.setTcpNoDelay(true);
    pass(near, far, ended);
    pass(far, near, ended);
  }

  private void pass(Socket from, Socket to, Runnable ended) {
    BlockingQueue<Piece> pieces = new ArrayBlockingQueue<>(PIECES);
    Thread writer =
        Thread.startVirtualThread(() -> {
          write(pieces, to);
          ended.run();
        });
    Thread.startVirtualThread(() -> read(from, pieces, writer));
  }

  private void read(Socket from, BlockingQueue<Piece> pieces, Thread writer) {
    byte[] buffer = new byte[PIECE_BYTES];
    try {
      InputStream in = from.getInputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (swallowing) {
          counts.swallows(count);
        } else {
          pieces.put(piece(ByteString.copyFrom(buffer, 0, count)));
        }
      }
      if (!swallowing) {
        pieces.put(piece(ByteString.EMPTY));
      }
    } catch (IOException e) {
      var _ = reset();
      writer.interrupt();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Piece piece(ByteString bytes) {
    Conduct now = conduct.get();
    long jitter = now.jitter() == 0 ? 0 : ThreadLocalRandom.current().nextLong(now.jitter());
    if (now.delays()) {
      counts.delays(bytes.size());
    }
    return new Piece(System.nanoTime() + now.latency() + jitter, bytes);
  }

  private void write(BlockingQueue<Piece> pieces, Socket to) {
    try {
      OutputStream out = to.getOutputStream();
      for (Piece piece = pieces.take(); !piece.bytes().isEmpty(); piece = pieces.take()) {
        TimeUnit.NANOSECONDS.sleep(piece.due() - System.nanoTime());
        if (swallowing) {
          counts.swallows(piece.bytes().size());
        } else {
          piece.bytes().writeTo(out);
        }
        long rate = conduct.get().bytesPerSecond();
        TimeUnit.NANOSECONDS.sleep((long) (1e9 * piece.bytes().size() / rate));
      }
      to.shutdownOutput();
    } catch (IOException e) {
      var _ = reset();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void swallow() {
    swallowing = true;
  }

  /** Says whether it stood until now. */
  boolean reset() {
    boolean stood = !near.isClosed();
    reset(near);
    reset(far);
    return stood;
  }

  private static void reset(Socket socket) {
    try (socket) {
      socket.setSoLinger(true, 0);
    } catch (IOException closed) {
      // already
    }
  }
}
