package dev.sluice.gateway.upstream;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A message on its way through, still in the buffers that it was received in. It can be read until
 * the callback that was given it returns, and is sent before that.
 */
final class PassingStream extends FilterInputStream implements KnownLength, Drainable {

  static final Marshaller<InputStream> MARSHALLER =
      new Marshaller<>() {
        @Override
        public InputStream stream(InputStream message) {
          return message;
        }

        @Override
        public InputStream parse(InputStream received) {
          return received instanceof KnownLength ? new PassingStream(received) : received;
        }
      };

  private static final int MOST_AT_ONCE = 16 << 10;

  private PassingStream(InputStream received) {
    super(received);
  }

  @Override
  public int drainTo(OutputStream target) throws IOException {
    int length = available();
    byte[] part = new byte[Math.min(length, MOST_AT_ONCE)];
    int left = length;
    while (left > 0) {
      int read = in.read(part, 0, Math.min(left, part.length));
      if (read < 0) {
        throw new IOException("a message ended " + left + " bytes early");
      }
      target.write(part, 0, read);
      left -= read;
    }
    return length;
  }
}
