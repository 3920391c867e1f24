package dev.sluice.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** A model of the class path as a directory, which is how a server is given one. Deletes it. */
record ModelDirectory(Path path) implements AutoCloseable {

  private static final String MODEL = "model.onnx";
  private static final String TOKENIZER = "tokenizer.json";

  static ModelDirectory of(String name) throws IOException {
    Path path = Files.createTempDirectory(name);
    copy("/" + name + ".onnx", path.resolve(MODEL));
    copy("/" + name + "-tokenizer.json", path.resolve(TOKENIZER));
    return new ModelDirectory(path);
  }

  private static void copy(String resource, Path target) throws IOException {
    try (InputStream content =
        Objects.requireNonNull(ModelDirectory.class.getResourceAsStream(resource))) {
      Files.copy(content, target);
    }
  }

  @Override
  public void close() throws IOException {
    Files.delete(path.resolve(MODEL));
    Files.delete(path.resolve(TOKENIZER));
    Files.delete(path);
  }
}
