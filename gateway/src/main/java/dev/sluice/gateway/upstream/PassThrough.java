package dev.sluice.gateway.upstream;

import com.google.common.base.Splitter;
import com.google.common.collect.Iterables;
import com.google.common.io.ByteStreams;
import dev.sluice.serving.failure.FailureStatus;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.function.BooleanSupplier;

/**
 * Serves another process's service at this address: messages are forwarded as the bytes they are,
 * one at a time in each direction as the reader keeps up, with deadline, cancellation and status.
 * Requests are held in memory while they may have to be sent again; responses never.
 */
public final class PassThrough {

  /** Every failure of a service of ours has them. */
  private static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private PassThrough() {}

  /**
   * @param service the generated descriptor of the service
   * @param channel where it runs
   */
  public static ServerServiceDefinition of(ServiceDescriptor service, Channel channel) {
    var methods = service.getMethods().stream().map(PassThrough::bytes).toList();
    var descriptor =
        ServiceDescriptor.newBuilder(service.getName())
            .setSchemaDescriptor(service.getSchemaDescriptor());
    methods.forEach(descriptor::addMethod);
    var definition = ServerServiceDefinition.builder(descriptor.build());
    for (MethodDescriptor<byte[], InputStream> method : methods) {
      definition.addMethod(ServerMethodDefinition.create(method, handler(method, channel)));
    }
    return definition.build();
  }

  private static MethodDescriptor<byte[], InputStream> bytes(MethodDescriptor<?, ?> method) {
    return method.toBuilder(Bytes.MARSHALLER, PassingStream.MARSHALLER).build();
  }

  private static ServerCallHandler<byte[], InputStream> handler(
      MethodDescriptor<byte[], InputStream> method, Channel channel) {
    String service = service(method);
    return (incoming, headers) -> {
      Deadline deadline = Context.current().getDeadline();
      var outgoing = channel.newCall(method, CallOptions.DEFAULT.withDeadline(deadline));
      var requests = new Credit(outgoing::isReady, () -> incoming.request(1));
      var responses = new Credit(incoming::isReady, () -> outgoing.request(1));
      var back = new Back(service, incoming, requests, responses);
      incoming.request(1);
      return new Forth(outgoing, back, requests, responses);
    };
  }

  /** "embed" of "sluice.embed.v1.EmbedService/Embed". */
  private static String service(MethodDescriptor<?, ?> method) {
    return Iterables.get(Splitter.on('.').split(method.getFullMethodName()), 1);
  }

  /**
   * Asks for the next message of one direction when the last one passed and its reader is ready.
   */
  private static final class Credit {
    private final BooleanSupplier ready;
    private final Runnable request;
    private boolean owed;

    Credit(BooleanSupplier ready, Runnable request) {
      this.ready = ready;
      this.request = request;
    }

    synchronized void passed() {
      owed = true;
      settle();
    }

    synchronized void settle() {
      if (owed && ready.getAsBoolean()) {
        owed = false;
        request.run();
      }
    }
  }

  /**
   * Requests, from the caller to the service. A call begins there when it has something to do: a
   * replica that waits for a request would look as if it owed the answer.
   */
  private static final class Forth extends ServerCall.Listener<byte[]> {
    private final ClientCall<byte[], InputStream> outgoing;
    private final Back back;
    private final Credit requests;
    private final Credit responses;
    private boolean begun;

    Forth(ClientCall<byte[], InputStream> outgoing, Back back, Credit requests, Credit responses) {
      this.outgoing = outgoing;
      this.back = back;
      this.requests = requests;
      this.responses = responses;
    }

    private void begin() {
      if (!begun) {
        begun = true;
        outgoing.start(back, new Metadata());
        outgoing.request(1);
      }
    }

    @Override
    public void onMessage(byte[] message) {
      begin();
      outgoing.sendMessage(message);
      requests.passed();
    }

    @Override
    public void onHalfClose() {
      begin();
      outgoing.halfClose();
    }

    @Override
    public void onCancel() {
      if (begun) {
        outgoing.cancel("the caller went away", null);
      }
    }

    @Override
    public void onReady() {
      responses.settle();
    }
  }

  /** Responses, from the service to the caller. */
  private static final class Back extends ClientCall.Listener<InputStream> {
    private final String service;
    private final ServerCall<byte[], InputStream> incoming;
    private final Credit requests;
    private final Credit responses;
    private boolean headersSent;

    Back(
        String service,
        ServerCall<byte[], InputStream> incoming,
        Credit requests,
        Credit responses) {
      this.service = service;
      this.incoming = incoming;
      this.requests = requests;
      this.responses = responses;
    }

    @Override
    public void onHeaders(Metadata headers) {
      sendHeaders();
    }

    private void sendHeaders() {
      if (!headersSent) {
        headersSent = true;
        incoming.sendHeaders(new Metadata());
      }
    }

    @Override
    public void onMessage(InputStream message) {
      sendHeaders();
      incoming.sendMessage(message);
      responses.passed();
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      if (status.getCode() == Status.Code.RESOURCE_EXHAUSTED) {
        UpstreamFailure.noteRefusal(status.asRuntimeException(trailers));
      }
      if (!madeByTheChannel(status, trailers)) {
        incoming.close(status, trailers);
        return;
      }
      StatusRuntimeException ours =
          FailureStatus.exception(UpstreamFailure.of(service, status.asRuntimeException()));
      Metadata details = Status.trailersFromThrowable(ours);
      incoming.close(ours.getStatus(), details == null ? new Metadata() : details);
    }

    /**
     * Its message would name addresses, or repeat a proxy. The services' own have details; where
     * these refuse somebody, that is the gateway and not its caller.
     */
    private static boolean madeByTheChannel(Status status, Metadata trailers) {
      return switch (status.getCode()) {
        case PERMISSION_DENIED, UNAUTHENTICATED -> true;
        case UNAVAILABLE, INTERNAL, UNKNOWN, DEADLINE_EXCEEDED, CANCELLED, UNIMPLEMENTED ->
            !trailers.containsKey(DETAILS);
        default -> false;
      };
    }

    @Override
    public void onReady() {
      requests.settle();
    }
  }

  private enum Bytes implements Marshaller<byte[]> {
    MARSHALLER;

    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return ByteStreams.toByteArray(stream);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
