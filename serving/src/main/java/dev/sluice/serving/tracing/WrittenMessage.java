package dev.sluice.serving.tracing;

import io.grpc.MethodDescriptor.Marshaller;
import io.opentelemetry.sdk.common.export.MessageWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** A message that writes itself. */
final class WrittenMessage implements Marshaller<MessageWriter> {

  @Override
  public InputStream stream(MessageWriter message) {
    var bytes = new ByteArrayOutputStream(Math.max(message.getContentLength(), 0));
    try {
      message.writeMessage(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ByteArrayInputStream(bytes.toByteArray());
  }

  @Override
  public MessageWriter parse(InputStream stream) {
    throw new UnsupportedOperationException("a message of this kind is only sent");
  }
}
