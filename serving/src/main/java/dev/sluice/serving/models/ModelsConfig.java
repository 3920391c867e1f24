package dev.sluice.serving.models;

import dev.sluice.serving.config.Settings;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The models that a service starts with.
 *
 * @param prefix what the service's keys begin with, as {@code SLUICE_EMBED_}
 * @param models by name, in order: the first one is the default; the name is empty where one model
 *     is served under its own name
 * @param adminToken the file with the token for changes while the service runs; absent: nobody may
 * @param reader reads one model's settings, from the keys with a prefix
 * @param <C> what a model is configured with
 */
public record ModelsConfig<C>(
    String prefix,
    Map<String, C> models,
    Optional<Path> adminToken,
    BiFunction<Settings, String, C> reader) {

  /** Reads {@code …MODELS}, {@code …ADMIN_TOKEN_FILE} and the settings of each model. */
  public static <C> ModelsConfig<C> read(
      Settings settings, String prefix, BiFunction<Settings, String, C> reader) {
    List<String> names =
        settings.names(
            prefix + "MODELS",
            "Names of the models where there are several, separated by commas; the first is the"
                + " default. Each has its settings under a prefix of its own: "
                + prefix
                + "MODEL_LARGE_BACKEND and so on for one named large. Empty: one model, set by the"
                + " keys as they stand here.");
    Map<String, C> models = new LinkedHashMap<>();
    if (names.isEmpty()) {
      models.put("", reader.apply(settings, prefix));
    }
    names.forEach(name -> models.put(name, reader.apply(settings, prefix(prefix, name))));
    return new ModelsConfig<>(
        prefix,
        Collections.unmodifiableMap(models),
        settings.path(
            prefix + "ADMIN_TOKEN_FILE",
            "File with the token that calls of ModelAdminService carry, which loads, replaces and"
                + " unloads models of the running service: at least 16 characters, read at the"
                + " start. Without it that service is off."),
        reader);
  }

  /** What the keys of a named model begin with. */
  static String prefix(String prefix, String name) {
    return prefix
        + "MODEL_"
        + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_')
        + "_";
  }
}
