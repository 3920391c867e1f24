package dev.sluice.gateway.balance;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * An attempt at a call, as the channel's balancing sees it: which replica it went to, and which one
 * it should not go to. Travels in the call's options. A retry of it goes to another replica, too.
 */
public final class Attempt {

  static final CallOptions.Key<Attempt> KEY = CallOptions.Key.create("sluice-attempt");

  private final @Nullable Place avoided;

  /** Of the call, shared by all attempts at it. */
  private final AtomicBoolean over;

  private volatile @Nullable Place picked;

  private record Place(ReplicaFleet fleet, Replica replica) {}

  private Attempt(@Nullable Place avoided, AtomicBoolean over) {
    this.avoided = avoided;
    this.over = over;
  }

  /** Gives one to every call of a channel that has none yet. */
  public static ClientInterceptor ofEveryCall() {
    return new ClientInterceptor() {
      @Override
      public <Q, R> ClientCall<Q, R> interceptCall(
          MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
        Attempt given = options.getOption(KEY);
        return next.newCall(method, given == null ? first().in(options) : options);
      }
    };
  }

  /** That may go anywhere. */
  public static Attempt first() {
    return new Attempt(null, new AtomicBoolean());
  }

  /** That goes to another replica than this one, if there is any. */
  public Attempt elsewhere() {
    return new Attempt(picked, over);
  }

  /** The one that a call with these options is. */
  public static Optional<Attempt> of(CallOptions options) {
    return Optional.ofNullable(options.getOption(KEY));
  }

  /**
   * The call is over with this attempt: it was answered, or nobody waits any more. True for the
   * first of the attempts at a call that says so.
   */
  public boolean endsCall() {
    return over.compareAndSet(false, true);
  }

  /** The options of the call. */
  public CallOptions in(CallOptions options) {
    return options.withOption(KEY, this);
  }

  /**
   * Whether there is another replica to send it to as well, and none of them is overloaded. Never
   * before it was sent, and never over other channels than {@link ReplicaPolicy} balances.
   */
  public boolean mayRepeat() {
    Place place = picked;
    return place != null && place.fleet().mayRepeat(place.replica());
  }

  /** Whether its replica was found to hang, and another one is there. */
  public boolean isLost() {
    Place place = picked;
    return place != null && place.fleet().isLost(place.replica());
  }

  boolean avoids(Replica replica) {
    return is(avoided, replica) || is(picked, replica);
  }

  private static boolean is(@Nullable Place place, Replica replica) {
    return place != null && place.replica() == replica;
  }

  void pick(ReplicaFleet fleet, Replica replica) {
    picked = new Place(fleet, replica);
  }
}
