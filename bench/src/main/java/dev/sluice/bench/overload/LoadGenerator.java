package dev.sluice.bench.overload;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.bench.overhead.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The process that makes load. Owns it. */
public final class LoadGenerator implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The line that says that all calls have ended. */
  static final String ENDED = "all calls have ended";

  private final ChildProcess process;

  private LoadGenerator(ChildProcess process) {
    this.process = process;
  }

  /**
   * Starts it.
   *
   * @param folder where its queries and passages are written
   */
  public static LoadGenerator start(Path folder, List<String> queries, List<String> passages)
      throws IOException {
    return new LoadGenerator(
        ChildProcess.start(
            List.of("-Xmx512m", "-XX:+UseSerialGC", "-Dlogback.configurationFile=logback-cli.xml"),
            LoadMain.class,
            Map.of(),
            lines(folder.resolve("queries"), queries),
            lines(folder.resolve("passages"), passages)));
  }

  private static String lines(Path file, List<String> texts) throws IOException {
    Files.write(file, texts.stream().map(text -> text.replaceAll("\\s+", " ")).toList());
    return file.toString();
  }

  /** Begins to carry out orders side by side. */
  public void begin(List<LoadOrder> orders) throws IOException {
    process.tell(JSON.writeValueAsString(orders));
  }

  /**
   * What became of those that were begun, once they are done.
   *
   * @param ended run as soon as all their calls have ended
   */
  List<LoadFigures> end(Runnable ended) throws IOException {
    String line = process.line();
    while (line != null && !line.startsWith("[{")) {
      if (line.equals(ENDED)) {
        ended.run();
      }
      line = process.line(); // what else there is is its log
    }
    if (line == null) {
      throw new IOException("the generator has ended");
    }
    return JSON.readValue(line, new TypeReference<>() {});
  }

  @Override
  public void close() {
    process.close();
  }
}
