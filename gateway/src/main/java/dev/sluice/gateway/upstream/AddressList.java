package dev.sluice.gateway.upstream;

import com.google.common.base.Preconditions;
import com.google.common.base.Splitter;
import com.google.common.net.HostAndPort;
import io.grpc.Attributes;
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
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Finds the replicas of a target that lists them: {@code host:port,host:port}. */
public final class AddressList extends NameResolverProvider {

  private static final String SCHEME = "sluice-list";

  /** A replica whose name is not known yet is looked for as often. */
  private static final long UNKNOWN_SECONDS = 10;

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
        COMMAS.splitToStream(target.getPath().substring(1)).map(AddressList::replica).toList();
    return new Resolver(
        replicas,
        Objects.requireNonNull(args.getOffloadExecutor()),
        args.getScheduledExecutorService());
  }

  private static HostAndPort replica(String address) {
    HostAndPort replica = HostAndPort.fromString(address);
    Preconditions.checkArgument(replica.hasPort(), "%s has no port", address);
    return replica;
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

  /** Looks the names up anew when a connection was lost, and while some of them are not known. */
  private static final class Resolver extends NameResolver {
    private final List<HostAndPort> replicas;
    private final Executor executor;
    private final ScheduledExecutorService timer;
    private volatile @Nullable Listener2 listener;
    private @Nullable Future<?> next;
    private boolean stopped;

    Resolver(List<HostAndPort> replicas, Executor executor, ScheduledExecutorService timer) {
      this.replicas = replicas;
      this.executor = executor;
      this.timer = timer;
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
        executor.execute(() -> resolve(started));
      }
    }

    private void resolve(Listener2 started) {
      List<EquivalentAddressGroup> known =
          replicas.stream().map(Resolver::located).filter(Objects::nonNull).toList();
      if (!known.isEmpty() && known.size() < replicas.size()) { // without any grpc asks again
        refreshLater();
      }
      started.onResult(result(known));
    }

    /** With its own name, which its certificate has to have. */
    private static @Nullable EquivalentAddressGroup located(HostAndPort replica) {
      var address = new InetSocketAddress(replica.getHost(), replica.getPort());
      Attributes named =
          Attributes.newBuilder()
              .set(EquivalentAddressGroup.ATTR_AUTHORITY_OVERRIDE, replica.toString())
              .build();
      return address.isUnresolved() ? null : new EquivalentAddressGroup(address, named);
    }

    private synchronized void refreshLater() {
      cancel();
      next = stopped ? null : timer.schedule(this::refresh, UNKNOWN_SECONDS, TimeUnit.SECONDS);
    }

    private void cancel() {
      if (next != null) {
        next.cancel(false);
      }
    }

    private static ResolutionResult result(List<EquivalentAddressGroup> addresses) {
      return ResolutionResult.newBuilder()
          .setAddressesOrError(
              addresses.isEmpty()
                  ? StatusOr.fromStatus(Status.UNAVAILABLE.withDescription("no such host"))
                  : StatusOr.fromValue(addresses))
          .build();
    }

    @Override
    public synchronized void shutdown() {
      stopped = true;
      cancel();
    }
  }
}
