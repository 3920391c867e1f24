package dev.sluice.serving.models;

import dev.sluice.model.v1.LoadModelRequest;
import dev.sluice.model.v1.Model;
import dev.sluice.model.v1.SetDefaultModelRequest;
import dev.sluice.model.v1.UnloadModelRequest;
import dev.sluice.model.v1.UnloadModelResponse;
import dev.sluice.serving.config.ConfigurationException;
import dev.sluice.serving.config.Settings;
import dev.sluice.serving.failure.Failure;
import io.grpc.Context;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads, replaces and withdraws the models of a running service.
 *
 * @param fingerprints whether others keep what a model made, by its fingerprint, as collections
 *     keep vectors: then a model is not replaced by one of another fingerprint unless that is
 *     forced
 */
record ModelChanges<C, M extends ServedModel>(
    ModelsConfig<C> config, ModelLoader<C, M> loader, Models<M> models, boolean fingerprints) {

  private static final Logger LOG = LoggerFactory.getLogger(ModelChanges.class);

  List<Model> list() {
    return models.all().stream().map(this::described).toList();
  }

  private Model described(M model) {
    return Model.newBuilder()
        .setName(model.name())
        .setFingerprint(model.fingerprint())
        .setIsDefault(model.name().equals(models.defaultName()))
        .build();
  }

  Model load(LoadModelRequest request) {
    M model = loaded(request.getName(), read(request));
    try {
      requireCaller();
      requireFingerprint(request.getName(), model, request.getForce());
    } catch (Failure e) {
      model.close();
      throw e;
    }
    models.serve(model);
    LOG.info("model {} loaded, fingerprint {}", model.name(), model.fingerprint());
    return described(model);
  }

  private C read(LoadModelRequest request) {
    String prefix = ModelsConfig.prefix(config.prefix(), request.getName());
    Map<String, String> keys = new TreeMap<>();
    request.getSettingsMap().forEach((key, value) -> keys.put(prefix + key, value));
    Settings settings = new Settings(keys);
    C read = config.reader().apply(settings, prefix);
    try {
      settings.finish();
      return read;
    } catch (ConfigurationException e) {
      throw wrong(e);
    }
  }

  private M loaded(String name, C read) {
    try {
      return loader.load(name, read);
    } catch (ConfigurationException e) {
      throw wrong(e);
    } catch (Failure e) {
      throw e;
    } catch (RuntimeException e) { // whatever stands in the way of a start
      LOG.warn("model {} could not be loaded", name, e);
      throw new Failure.Precondition("MODEL_NOT_LOADED", "cannot load it: " + e.getMessage());
    }
  }

  private static Failure wrong(ConfigurationException e) {
    return new Failure.InvalidInput("settings", String.valueOf(e.getMessage()));
  }

  /** Loading takes long: nobody may be there any more. */
  private static void requireCaller() {
    if (Context.current().isCancelled()) {
      throw new Failure.Cancelled();
    }
  }

  UnloadModelResponse unload(UnloadModelRequest request) {
    if (request.getName().equals(models.defaultName())) {
      throw new Failure.Precondition(
          "DEFAULT_MODEL", "is the default: make another one the default first");
    }
    models.withdraw(request.getName());
    LOG.info("model {} unloaded", request.getName());
    return UnloadModelResponse.getDefaultInstance();
  }

  Model setDefault(SetDefaultModelRequest request) {
    try (Lease<M> lease = models.lease(request.getName())) {
      requireFingerprint(models.defaultName(), lease.model(), request.getForce());
      models.makeDefault(request.getName());
      LOG.info("model {} is the default", request.getName());
      return described(lease.model());
    }
  }

  private void requireFingerprint(String replaced, M model, boolean forced) {
    boolean changed =
        models.all().stream()
            .filter(old -> old.name().equals(replaced))
            .anyMatch(old -> !old.fingerprint().equals(model.fingerprint()));
    if (fingerprints && changed && !forced) {
      throw new Failure.Precondition(
          "FINGERPRINT_CHANGED",
          "its fingerprint differs from that of "
              + replaced
              + ": collections made with it could not be searched any more; set force if that is"
              + " meant");
    }
  }
}
