package dev.sluice.serving.models;

import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.metrics.ModelMeters;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The models that take requests. Owns them. A model that is replaced or withdrawn gets no more
 * requests, and is closed when those that it has are finished.
 */
public final class Models<M extends ServedModel> implements AutoCloseable {

  private final MeterRegistry registry;
  private final Duration drainTimeout;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition returned = lock.newCondition();
  private final Map<String, Held<M>> served = new TreeMap<>();
  private final List<Thread> draining = new ArrayList<>();
  private String defaultName = "";

  /** A model and how many use it now. */
  private static final class Held<M> {
    final M model;
    int leases;

    Held(M model) {
      this.model = model;
    }
  }

  /**
   * @param registry from which the meters of a model that is withdrawn are removed
   * @param drainTimeout how long the requests of a model may take to finish before it is closed
   */
  public Models(MeterRegistry registry, Duration drainTimeout) {
    this.registry = registry;
    this.drainTimeout = drainTimeout;
  }

  /**
   * The model of a name, kept open until the lease is closed.
   *
   * @param name empty means the default
   * @throws Failure.NotFound when no model has the name
   */
  public Lease<M> lease(String name) {
    lock.lock();
    try {
      Held<M> held = require(name.isEmpty() ? defaultName : name);
      held.leases++;
      return new Lease<>(held.model, () -> giveBack(held));
    } finally {
      lock.unlock();
    }
  }

  private Held<M> require(String name) {
    Held<M> held = served.get(name);
    if (held == null) {
      throw new Failure.NotFound("model", name);
    }
    return held;
  }

  private void giveBack(Held<M> held) {
    lock.lock();
    try {
      held.leases--;
      returned.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** All models, by name. */
  public List<M> all() {
    lock.lock();
    try {
      return served.values().stream().map(held -> held.model).toList();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the default model can take requests now. */
  public boolean isReady() {
    lock.lock();
    try {
      Held<M> held = served.get(defaultName);
      return held != null && held.model.isReady();
    } finally {
      lock.unlock();
    }
  }

  /** That of the busiest model. */
  public double utilisation() {
    return all().stream().mapToDouble(ServedModel::utilisation).max().orElse(0);
  }

  /** The name of the model that requests without a name get. */
  public String defaultName() {
    lock.lock();
    try {
      return defaultName;
    } finally {
      lock.unlock();
    }
  }

  /** Serves a model under its name, in the place of one that has it. The first is the default. */
  public void serve(M model) {
    lock.lock();
    try {
      Held<M> old = served.put(model.name(), new Held<>(model));
      defaultName = defaultName.isEmpty() ? model.name() : defaultName;
      draining.removeIf(thread -> !thread.isAlive());
      if (old != null) {
        draining.add(Thread.ofVirtual().name("drain-" + model.name()).start(() -> drain(old)));
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a model out, and returns when it is closed.
   *
   * @throws Failure.NotFound when no model has the name
   */
  public void withdraw(String name) {
    drain(taken(name));
    ModelMeters.remove(registry, name);
  }

  private Held<M> taken(String name) {
    lock.lock();
    try {
      Held<M> held = require(name);
      served.remove(name);
      return held;
    } finally {
      lock.unlock();
    }
  }

  /**
   * @throws Failure.NotFound when no model has the name
   */
  public void makeDefault(String name) {
    lock.lock();
    try {
      require(name);
      defaultName = name;
    } finally {
      lock.unlock();
    }
  }

  /** Closes a model that gets no more requests, when those that it has are finished. */
  private void drain(Held<M> held) {
    boolean interrupted = false;
    lock.lock();
    try {
      long left = drainTimeout.toNanos();
      while (held.leases > 0 && left > 0) {
        left = returned.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      lock.unlock();
    }
    held.model.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Closes all models, each when its requests are finished. */
  @Override
  public void close() {
    List<String> names;
    List<Thread> others;
    lock.lock();
    try {
      names = List.copyOf(served.keySet());
      others = List.copyOf(draining);
    } finally {
      lock.unlock();
    }
    names.forEach(this::withdraw);
    for (Thread thread : others) {
      join(thread);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
