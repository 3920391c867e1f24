package dev.sluice.serving.tls;

import dev.sluice.serving.failure.Failure;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Lets those clients call whose certificate names one of some identities: a DNS name, or a URI as
 * SPIFFE's. That the certificate is theirs was proved when the connection was made.
 */
public final class ListedClients implements ServerInterceptor {

  private static final Integer DNS_NAME = 2;
  private static final Integer URI = 6;

  private final String server;
  private final Set<String> listed;

  ListedClients(String server, List<String> listed) {
    this.server = server;
    this.listed = Set.copyOf(listed);
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    List<String> names = names(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
    if (names.stream().noneMatch(listed::contains)) {
      throw new Failure.PermissionDenied(
          "CLIENT_NOT_LISTED",
          names.isEmpty()
              ? "the client has no certificate with a DNS or URI name, which calls of %s need"
                  .formatted(server)
              : "the client certificate of %s is not among those that may call %s"
                  .formatted(String.join(", ", names), server));
    }
    return next.startCall(call, headers);
  }

  private static List<String> names(@Nullable SSLSession session) {
    try {
      if (session != null) {
        Certificate[] chain = session.getPeerCertificates();
        return chain.length > 0 && chain[0] instanceof X509Certificate own
            ? names(own.getSubjectAlternativeNames())
            : List.of();
      }
      return List.of();
    } catch (SSLPeerUnverifiedException | CertificateParsingException e) {
      return List.of();
    }
  }

  /** As the JDK gives them: pairs of the kind's number and the name; null for none. */
  private static List<String> names(@Nullable Collection<List<?>> alternatives) {
    Stream<List<?>> all = alternatives == null ? Stream.of() : alternatives.stream();
    return all.filter(each -> DNS_NAME.equals(each.get(0)) || URI.equals(each.get(0)))
        .map(each -> String.valueOf(each.get(1)))
        .collect(Collectors.toList());
  }
}
