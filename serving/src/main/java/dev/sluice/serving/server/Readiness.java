package dev.sluice.serving.server;

import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a server takes calls: it has opened, has not begun to stop, and all conditions hold. The
 * health service says so. Owns a thread that looks at the conditions while it is open.
 */
final class Readiness {

  private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);
  private static final long LOOK_NANOS = 200_000_000;

  private final String name;
  private final HealthStatusManager health = new HealthStatusManager();
  private final List<BooleanSupplier> conditions = new CopyOnWriteArrayList<>();
  private volatile boolean open;

  Readiness(String name) {
    this.name = name;
  }

  BindableService healthService() {
    return health.getHealthService();
  }

  void require(BooleanSupplier condition) {
    conditions.add(condition);
  }

  boolean isOpen() {
    return open;
  }

  boolean isReady() {
    return open && conditions.stream().allMatch(BooleanSupplier::getAsBoolean);
  }

  /**
   * @param services by their names in health checks
   */
  void open(List<String> services) {
    open = true;
    boolean ready = isReady();
    say(ready, services);
    Thread.ofVirtual().name(name + "-readiness").start(() -> watch(ready, services));
  }

  private void watch(boolean first, List<String> services) {
    boolean said = first;
    while (open) {
      LockSupport.parkNanos(LOOK_NANOS);
      boolean ready = isReady();
      if (ready != said && open) {
        LOG.warn("{} is {}", name, ready ? "ready again" : "not ready any more");
        say(ready, services);
        said = ready;
      }
    }
  }

  /** Has no effect after the end. */
  private void say(boolean ready, List<String> services) {
    ServingStatus status = ready ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
    services.forEach(service -> health.setStatus(service, status));
  }

  /** Not ready from now on. */
  void end() {
    open = false;
    health.enterTerminalState();
  }
}
