package dev.sluice.serving.models;

import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import java.util.Optional;

/** Loads the models that a service starts with, and lets an operator change them afterwards. */
public final class ModelAdmin {

  private ModelAdmin() {}

  /** Loads all models of the configuration. */
  public static <C, M extends ServedModel> void load(
      ModelsConfig<C> config, ModelLoader<C, M> loader, Models<M> models) {
    config.models().forEach((name, each) -> models.serve(loader.load(name, each)));
  }

  /**
   * The service that changes models, for those who know the token; empty where none is set.
   *
   * @param fingerprints whether others keep what a model made, as collections keep vectors
   */
  public static <C, M extends ServedModel> Optional<BindableService> service(
      ModelsConfig<C> config, ModelLoader<C, M> loader, Models<M> models, boolean fingerprints) {
    var endpoint = new ModelAdminEndpoint(new ModelChanges<>(config, loader, models, fingerprints));
    return config
        .adminToken()
        .map(AdminToken::new)
        .map(token -> () -> ServerInterceptors.intercept(endpoint, token));
  }
}
