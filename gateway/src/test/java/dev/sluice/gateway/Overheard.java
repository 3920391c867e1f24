package dev.sluice.gateway;

import com.google.protobuf.MessageLite;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Every byte that comes back from a server: messages, headers, statuses and their details. */
final class Overheard implements ClientInterceptor {

  private record Heard(String method, String bytes) {}

  private final Queue<Heard> all = new ConcurrentLinkedQueue<>();

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    String name = method.getFullMethodName();
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<R> listener, Metadata headers) {
        super.start(
            new SimpleForwardingClientCallListener<>(listener) {
              @Override
              public void onHeaders(Metadata came) {
                hear(name, came);
                super.onHeaders(came);
              }

              @Override
              public void onMessage(R message) {
                hear(name, ((MessageLite) message).toByteArray());
                super.onMessage(message);
              }

              @Override
              public void onClose(Status status, Metadata trailers) {
                hear(name, status.toString().getBytes(StandardCharsets.UTF_8));
                hear(name, trailers);
                super.onClose(status, trailers);
              }
            },
            headers);
      }
    };
  }

  private void hear(String method, byte[] bytes) {
    all.add(new Heard(method, new String(bytes, StandardCharsets.ISO_8859_1)));
  }

  private void hear(String method, Metadata metadata) {
    for (String key : metadata.keys()) {
      if (key.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
        Metadata.Key<byte[]> binary = Metadata.Key.of(key, Metadata.BINARY_BYTE_MARSHALLER);
        Iterable<byte[]> values = metadata.getAll(binary);
        if (values != null) {
          values.forEach(value -> hear(method, value));
        }
      } else {
        hear(method, metadata.toString().getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  /** The methods of which something with these words came back. */
  Set<String> saying(String words) {
    Set<String> methods = new TreeSet<>();
    all.stream()
        .filter(each -> each.bytes().contains(words))
        .forEach(each -> methods.add(each.method()));
    return methods;
  }

  /** The methods of which anything came back. */
  Set<String> heard() {
    return saying("");
  }
}
