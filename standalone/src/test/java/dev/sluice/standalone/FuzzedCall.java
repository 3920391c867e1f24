package dev.sluice.standalone;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One call whose messages are bytes, and all that comes back of it. */
final class FuzzedCall extends ClientCall.Listener<byte[]> {

  private static final long HANG_SECONDS = 120;

  private static final Marshaller<byte[]> BYTES =
      new Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
          return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
          try {
            return stream.readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  /**
   * What to send.
   *
   * @param cancelled whether to give up after the messages instead of waiting for the end
   */
  record Plan(List<byte[]> messages, CallOptions options, Metadata headers, boolean cancelled) {}

  final Queue<byte[]> responses = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<Status> ended = new CompletableFuture<>();
  private final ClientCall<byte[], byte[]> call;
  private volatile Metadata trailers = new Metadata();

  private FuzzedCall(ClientCall<byte[], byte[]> call) {
    this.call = call;
  }

  static FuzzedCall start(Channel channel, MethodDescriptor<?, ?> method, Plan plan) {
    var raw =
        MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(method.getType())
            .setFullMethodName(method.getFullMethodName())
            .setRequestMarshaller(BYTES)
            .setResponseMarshaller(BYTES)
            .build();
    var fuzzed = new FuzzedCall(channel.newCall(raw, plan.options()));
    fuzzed.play(plan);
    return fuzzed;
  }

  private void play(Plan plan) {
    call.start(this, plan.headers());
    call.request(2);
    plan.messages().forEach(call::sendMessage);
    if (plan.cancelled()) {
      call.cancel("as planned", null);
    } else {
      call.halfClose();
    }
  }

  @Override
  public void onMessage(byte[] message) {
    responses.add(message);
    call.request(1);
  }

  @Override
  public void onClose(Status status, Metadata sent) {
    trailers = sent;
    ended.complete(status);
  }

  /** Waits for the end. */
  Status status() throws Exception {
    try {
      return ended.get(HANG_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("the call does not end", e);
    }
  }

  /** Whether a word stands in anything that came back. */
  boolean says(String word) throws Exception {
    String description = String.valueOf(status().getDescription());
    return description.contains(word)
        || responses.stream().anyMatch(bytes -> latin(bytes).contains(word))
        || trailers.keys().stream()
            .filter(key -> key.endsWith(Metadata.BINARY_HEADER_SUFFIX))
            .map(key -> trailers.get(Metadata.Key.of(key, Metadata.BINARY_BYTE_MARSHALLER)))
            .anyMatch(bytes -> bytes != null && latin(bytes).contains(word));
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
