package dev.sluice.serving.encoder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of an encoder: the embedded BGE-small, or a directory in the layout of Hugging Face and
 * Sentence Transformers with at least {@code model.onnx} and {@code tokenizer.json}. Of a model
 * that runs elsewhere they hold all but the model itself.
 */
public final class ModelFiles {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EMBEDDED = "bge-small-en-v1.5-q";
  private static final String TOKENIZER = "-tokenizer.json";
  private static final byte[] NO_MODEL = {};

  private final String name;
  private final @Nullable Path directory;
  private final byte[] model;
  private final byte[] tokenizer;

  private ModelFiles(String name, @Nullable Path directory, byte[] model, byte[] tokenizer) {
    this.name = name;
    this.directory = directory;
    this.model = model;
    this.tokenizer = tokenizer;
  }

  /** BGE-small-en-v1.5 with 8-bit weights, from the class path. */
  public static ModelFiles embedded() {
    return fromClassPath(EMBEDDED);
  }

  /** A model that a LangChain4j artifact on the class path carries, by the name of its files. */
  public static ModelFiles fromClassPath(String name) {
    return new ModelFiles(
        name, null, resource("/" + name + ".onnx"), resource("/" + name + TOKENIZER));
  }

  /** The directory's model when one is given, else the embedded one. */
  public static ModelFiles at(Optional<Path> directory) {
    return directory.map(ModelFiles::directory).orElseGet(ModelFiles::embedded);
  }

  /**
   * @throws UncheckedIOException when a file is missing, naming it
   */
  public static ModelFiles directory(Path directory) {
    Path absolute = directory.toAbsolutePath().normalize();
    return new ModelFiles(
        String.valueOf(absolute.getFileName()),
        absolute,
        file(absolute.resolve("model.onnx")),
        file(absolute.resolve("tokenizer.json")));
  }

  /** The same without the model itself, which runs elsewhere and need not be there. */
  public static ModelFiles tokenizerAt(Optional<Path> directory) {
    return directory.map(ModelFiles::tokenizerIn).orElseGet(ModelFiles::embeddedTokenizer);
  }

  private static ModelFiles embeddedTokenizer() {
    return new ModelFiles(EMBEDDED, null, NO_MODEL, resource("/" + EMBEDDED + TOKENIZER));
  }

  private static ModelFiles tokenizerIn(Path directory) {
    Path absolute = directory.toAbsolutePath().normalize();
    return new ModelFiles(
        String.valueOf(absolute.getFileName()),
        absolute,
        NO_MODEL,
        file(absolute.resolve("tokenizer.json")));
  }

  private static byte[] resource(String path) {
    try (InputStream content = ModelFiles.class.getResourceAsStream(path)) {
      if (content == null) {
        throw new IllegalStateException("no model " + path + " on the class path");
      }
      return content.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] file(Path path) {
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the model file " + path, e);
    }
  }

  public String name() {
    return name;
  }

  /** Whether they come from the class path rather than from a directory. */
  public boolean isEmbedded() {
    return directory == null;
  }

  byte[] model() {
    return model;
  }

  byte[] tokenizer() {
    return tokenizer;
  }

  /** The tokenizer, for whoever runs the model elsewhere; the caller's to close. */
  public Tokenizer loadTokenizer() {
    return new Tokenizer(tokenizer);
  }

  /** Where the model lies, for those with weights in files beside it. */
  Optional<Path> modelPath() {
    return Optional.ofNullable(directory).map(path -> path.resolve("model.onnx"));
  }

  /** A JSON file beside the model; a missing node when there is none. */
  public JsonNode json(String file) {
    if (directory == null || !Files.isRegularFile(directory.resolve(file))) {
      return JSON.missingNode();
    }
    try {
      return JSON.readTree(file(directory.resolve(file)));
    } catch (IOException e) {
      throw new UncheckedIOException("not JSON: " + directory.resolve(file), e);
    }
  }

  /**
   * Whether an input's output depends on what shares its batch: 8-bit models that quantise their
   * activations take the scale from the whole batch.
   */
  boolean batchSensitive() {
    return contains(model, "DynamicQuantize".getBytes(StandardCharsets.US_ASCII));
  }

  private static boolean contains(byte[] content, byte[] part) {
    for (int i = 0; i <= content.length - part.length; i++) {
      int matched = 0;
      while (matched < part.length && content[i + matched] == part[matched]) {
        matched++;
      }
      if (matched == part.length) {
        return true;
      }
    }
    return false;
  }

  /** Files beside {@code model.onnx} that hold its weights, as {@code model.onnx_data}. */
  private List<Path> weights() {
    if (directory == null) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().matches("model\\.onnx[._].+"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the model directory " + directory, e);
    }
  }

  /**
   * SHA-256 over the files and the way they are used, in hex.
   *
   * @param usage whatever changes the output: pooling, prefixes
   */
  public String fingerprint(String usage) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(model);
      digest.update(tokenizer);
      weights().forEach(file -> digest.update(file(file)));
      digest.update(usage.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
