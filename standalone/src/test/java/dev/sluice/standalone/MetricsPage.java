package dev.sluice.standalone;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a process exposes, in Prometheus's text format. */
final class MetricsPage {

  private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE) (\\S+) (.*)");
  private static final Pattern SAMPLE = Pattern.compile("(\\w+)(?:\\{(.*)})? \\S+");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  /** Samples of one name, with what they are. */
  static final class Family {
    final SortedMap<String, SortedSet<String>> labels = new TreeMap<>();
    String type = "";
    String meaning = "";

    /** The labels of both. */
    Family with(Family other) {
      var both = new Family();
      both.type = type;
      both.meaning = meaning;
      both.add(labels);
      both.add(other.labels);
      return both;
    }

    private void add(Map<String, SortedSet<String>> more) {
      more.forEach(
          (label, values) -> labels.computeIfAbsent(label, _ -> new TreeSet<>()).addAll(values));
    }
  }

  private final SortedMap<String, Family> families = new TreeMap<>();
  private final SortedSet<String> series = new TreeSet<>();

  static MetricsPage read(URI page) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return of(client.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString()).body());
    }
  }

  static MetricsPage of(String text) {
    var page = new MetricsPage();
    Family family = new Family();
    for (String line : text.lines().toList()) {
      Matcher comment = COMMENT.matcher(line);
      Matcher sample = SAMPLE.matcher(line);
      if (comment.matches()) {
        family = page.families.computeIfAbsent(comment.group(2), _ -> new Family());
        if (comment.group(1).equals("TYPE")) {
          family.type = comment.group(3);
        } else {
          family.meaning = comment.group(3);
        }
      } else if (sample.matches()) {
        page.add(family, sample.group(1), sample.group(2));
      }
    }
    page.foldMaxima();
    return page;
  }

  private void add(Family family, String name, String labels) {
    Map<String, String> read = new HashMap<>();
    if (labels != null) {
      LABEL.matcher(labels).results().forEach(label -> read.put(label.group(1), label.group(2)));
    }
    series.add(name + new TreeMap<>(read));
    read.remove("le");
    read.forEach(
        (label, value) -> family.labels.computeIfAbsent(label, _ -> new TreeSet<>()).add(value));
  }

  /** Every histogram has its largest value beside it, which is no metric to be listed. */
  private void foldMaxima() {
    families
        .keySet()
        .removeIf(
            name -> name.endsWith("_max") && families.containsKey(name.replaceAll("_max$", "")));
  }

  SortedMap<String, Family> families() {
    return families;
  }

  /** Names with their labels. */
  SortedSet<String> series() {
    return series;
  }
}
