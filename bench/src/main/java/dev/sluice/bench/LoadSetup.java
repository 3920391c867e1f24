package dev.sluice.bench;

import dev.sluice.bench.overload.CallKind;
import dev.sluice.bench.overload.LoadGenerator;
import dev.sluice.bench.overload.OverloadRun;
import dev.sluice.bench.overload.OverloadedCluster;
import dev.sluice.bench.overload.Tenants;
import dev.sluice.gateway.v1.Document;
import dev.sluice.standalone.CommandFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A cluster that has stored something, and what puts load on it. Owns both. */
record LoadSetup(
    ScratchDirectory scratch, OverloadedCluster cluster, LoadGenerator generator, Tenants tenants)
    implements AutoCloseable {

  /** The option for a few minutes instead of many. */
  static final String SHORT = "short";

  private static final double SECONDS = 20;
  private static final double SHORT_SECONDS = 6;
  private static final int QUERIES = 6000;
  private static final int BACKGROUND = 1500;
  private static final int SHORT_DOCUMENTS = 120;

  /** Room for about two in three passages of a tenant: callers ask for some not read before. */
  private static final int CACHE_MIB_PER_TENANT = 64;

  /**
   * Starts them, and stores documents.
   *
   * @param storing tenants who have some
   */
  static LoadSetup start(List<String> storing, boolean isShort) throws Exception {
    List<Document> documents = documents(isShort);
    ScratchDirectory scratch = ScratchDirectory.create();
    OverloadedCluster cluster = null;
    try {
      Tenants tenants = Tenants.write(scratch.path().resolve("keys"));
      cluster = OverloadedCluster.start(scratch.path().resolve("data"), settings(storing, tenants));
      for (String tenant : storing) {
        cluster.store(documents, tenants.of(tenant));
      }
      List<String> passages = documents.stream().map(Document::getText).toList();
      List<String> queries = Corpus.queries("squad2_dev_half", QUERIES);
      return new LoadSetup(
          scratch, cluster, LoadGenerator.start(scratch.path(), queries, passages), tenants);
    } catch (Exception e) {
      if (cluster != null) {
        cluster.close();
      }
      scratch.close();
      throw e;
    }
  }

  /**
   * The kinds of calls that options ask for; all that there are where they name none.
   *
   * @throws CommandFailure for an option that is neither one of these nor "short"
   */
  static List<CallKind> kinds(List<String> options, CallKind... all) {
    List<String> named = new ArrayList<>(options);
    named.remove(SHORT);
    List<CallKind> asked =
        Stream.of(all).filter(kind -> options.contains(LoadRow.lower(kind))).toList();
    asked.forEach(kind -> named.remove(LoadRow.lower(kind)));
    if (!named.isEmpty()) {
      throw new CommandFailure("no option " + named.getFirst());
    }
    return asked.isEmpty() ? List.of(all) : asked;
  }

  private static List<Document> documents(boolean isShort) throws Exception {
    List<Document> documents =
        new ArrayList<>(Corpus.load("squad2_dev_half", isShort ? SHORT_DOCUMENTS : QUERIES));
    Corpus.load("hotpotqa_dev500", isShort ? 0 : BACKGROUND).stream()
        .map(each -> each.toBuilder().setId("background-" + each.getId()).build())
        .forEach(documents::add);
    return documents;
  }

  private static Map<String, String> settings(List<String> storing, Tenants tenants) {
    return Map.of(
        "SLUICE_RERANK_CACHE_MIB",
        String.valueOf(CACHE_MIB_PER_TENANT * storing.size()),
        "SLUICE_GATEWAY_API_KEYS_FILE",
        tenants.file().toString(),
        "SLUICE_LOG_LEVEL",
        "error");
  }

  /** For loads on it, which last as long as the options say. */
  OverloadRun run(boolean isShort) {
    return new OverloadRun(cluster, generator, isShort ? SHORT_SECONDS : SECONDS);
  }

  @Override
  public void close() throws IOException {
    generator.close();
    cluster.close();
    scratch.close();
  }
}
