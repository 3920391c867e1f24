package dev.sluice.standalone.eval;

import dev.sluice.standalone.CommandFailure;
import dev.sluice.standalone.ingest.Unreadable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The three files of a data set; all exist. */
public record EvalFiles(Path corpus, Path queries, Path qrels) {

  public EvalFiles {
    for (Path file : List.of(corpus, queries, qrels)) {
      if (!Files.isRegularFile(file)) {
        throw new CommandFailure("there is no file " + file + ": name it with an option");
      }
    }
  }

  /** SHA-256 of the corpus, in hexadecimal. */
  public String fingerprint() {
    try (InputStream in = Files.newInputStream(corpus)) {
      return Fingerprint.of(in);
    } catch (IOException e) {
      throw new CommandFailure("cannot read the corpus: " + Unreadable.reason(e), e);
    }
  }
}
