package dev.sluice.gateway.upstream;

import com.google.common.base.Splitter;
import com.google.common.net.HostAndPort;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.Status;
import io.grpc.StatusOr;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Finds the replicas of a target that lists them: {@code host:port,host:port}. */
public final class AddressList extends NameResolverProvider {

  private static final String SCHEME = "sluice-list";
  private static final Splitter COMMAS = Splitter.on(',').trimResults().omitEmptyStrings();

  /** The target as grpc takes it: a list gets a scheme, others stay what they are. */
  static String target(String target) {
    return target.contains(",") ? SCHEME + ":///" + String.join(",", COMMAS.split(target)) : target;
  }

  @Override
  public @Nullable NameResolver newNameResolver(URI target, NameResolver.Args args) {
    if (!SCHEME.equals(target.getScheme())) {
      return null;
    }
    List<HostAndPort> replicas =
        COMMAS.splitToStream(target.getPath().substring(1)).map(HostAndPort::fromString).toList();
    return new Resolver(replicas, Objects.requireNonNull(args.getOffloadExecutor()));
  }

  @Override
  public String getDefaultScheme() {
    return SCHEME;
  }

  @Override
  protected boolean isAvailable() {
    return true;
  }

  @Override
  protected int priority() {
    return 4;
  }

  /** Looks the names up anew when a connection was lost. */
  private static final class Resolver extends NameResolver {
    private final List<HostAndPort> replicas;
    private final Executor executor;
    private @Nullable Listener2 listener;

    Resolver(List<HostAndPort> replicas, Executor executor) {
      this.replicas = replicas;
      this.executor = executor;
    }

    @Override
    public String getServiceAuthority() {
      return replicas.getFirst().toString();
    }

    @Override
    public void start(Listener2 first) {
      listener = first;
      refresh();
    }

    @Override
    public void refresh() {
      Listener2 started = listener;
      if (started != null) {
        executor.execute(() -> started.onResult(result()));
      }
    }

    private ResolutionResult result() {
      List<EquivalentAddressGroup> addresses =
          replicas.stream()
              .map(each -> new InetSocketAddress(each.getHost(), each.getPort()))
              .filter(address -> !address.isUnresolved())
              .map(EquivalentAddressGroup::new)
              .toList();
      return ResolutionResult.newBuilder()
          .setAddressesOrError(
              addresses.isEmpty()
                  ? StatusOr.fromStatus(Status.UNAVAILABLE.withDescription("no such host"))
                  : StatusOr.fromValue(addresses))
          .build();
    }

    @Override
    public void shutdown() {}
  }
}
