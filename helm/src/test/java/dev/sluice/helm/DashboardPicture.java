package dev.sluice.helm;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A dashboard drawn as SVG from what a real Prometheus answers to its panels' queries: where the
 * panels lie in Grafana, each with its lines or its numbers. Grafana itself is not asked.
 */
final class DashboardPicture {

  private static final int COLUMN = 50;
  private static final int ROW = 24;
  private static final int GAP = 6;
  private static final int TITLE = 22;
  private static final int LEGEND = 16;
  private static final int LINES = 6;
  private static final List<String> COLOURS =
      List.of("#2f7ed8", "#e8743b", "#19a979", "#945ecf", "#bf399e", "#6c8893");
  private static final Pattern LABEL = Pattern.compile("\\{\\{(\\w+)}}");

  private final Prometheus prometheus;
  private final String interval;
  private final long start;
  private final long end;
  private final StringBuilder svg = new StringBuilder();

  /**
   * @param interval for rates, as "20s"
   * @param start seconds since 1970
   * @param end the same
   */
  DashboardPicture(Prometheus prometheus, String interval, long start, long end) {
    this.prometheus = prometheus;
    this.interval = interval;
    this.start = start;
    this.end = end;
  }

  String draw(JsonNode dashboard) throws IOException, InterruptedException {
    int height = 0;
    for (JsonNode panel : dashboard.path("panels")) {
      Frame frame = Frame.of(panel.path("gridPos"));
      height = Math.max(height, frame.y() + frame.height());
      if (panel.path("type").asText().equals("row")) {
        text(frame.x() + GAP, frame.y() + 17, 14, "#333", panel.path("title").asText());
      } else {
        draw(panel, frame);
      }
    }
    return """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 %d" font-family="sans-serif">
    <rect width="1200" height="%d" fill="#f4f5f7"/>
    %s</svg>
    """
        .formatted(height, height, svg);
  }

  /** Where a panel lies, in pixels. */
  private record Frame(int x, int y, int width, int height) {
    static Frame of(JsonNode place) {
      return new Frame(
          place.path("x").asInt() * COLUMN,
          place.path("y").asInt() * ROW,
          place.path("w").asInt() * COLUMN,
          place.path("h").asInt() * ROW);
    }
  }

  private void draw(JsonNode panel, Frame frame) throws IOException, InterruptedException {
    add(
        "<rect x='%d' y='%d' width='%d' height='%d' rx='3' fill='#fff' stroke='#dcdfe4'/>"
            .formatted(frame.x() + 2, frame.y() + 2, frame.width() - 4, frame.height() - 4));
    text(frame.x() + 10, frame.y() + 18, 12, "#111", panel.path("title").asText());
    List<Line> lines = lines(panel);
    String unit = panel.at("/fieldConfig/defaults/unit").asText();
    if (panel.path("type").asText().equals("stat")) {
      numbers(lines, unit, frame);
    } else {
      graph(lines, unit, frame);
    }
  }

  /** One series of a panel. */
  private record Line(String name, List<double[]> points) {
    double last() {
      return points.getLast()[1];
    }

    double largest() {
      return points.stream().mapToDouble(point -> point[1]).max().orElse(0);
    }
  }

  private List<Line> lines(JsonNode panel) throws IOException, InterruptedException {
    List<Line> lines = new ArrayList<>();
    for (JsonNode target : panel.path("targets")) {
      String legend = target.path("legendFormat").asText();
      var query = new Dashboards.Query("", "", target.path("expr").asText(), legend);
      for (JsonNode series : prometheus.query(query.over(interval), start, end, 1)) {
        List<double[]> points = points(series.path("values"));
        if (!points.isEmpty()) {
          lines.add(new Line(name(legend, series.path("metric")), points));
        }
      }
    }
    return lines;
  }

  private static List<double[]> points(JsonNode values) {
    return values
        .valueStream()
        .map(value -> new double[] {value.get(0).asDouble(), parsed(value.get(1).asText())})
        .filter(point -> Double.isFinite(point[1]))
        .toList();
  }

  private static double parsed(String value) {
    return value.endsWith("Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(value);
  }

  private static String name(String legend, JsonNode labels) {
    Matcher label = LABEL.matcher(legend);
    return label.replaceAll(
        found -> Matcher.quoteReplacement(labels.path(found.group(1)).asText()));
  }

  private void numbers(List<Line> lines, String unit, Frame frame) {
    int width = (frame.width() - 20) / Math.max(lines.size(), 1);
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      int x = frame.x() + 10 + i * width;
      text(x, frame.y() + frame.height() / 2 + 10, 24, "#19a979", shown(line.last(), unit));
      text(x, frame.y() + frame.height() / 2 + 28, 10, "#555", line.name());
    }
  }

  private void graph(List<Line> lines, String unit, Frame frame) {
    int left = frame.x() + 52;
    int right = frame.x() + frame.width() - 12;
    int top = frame.y() + TITLE + 10;
    int bottom = frame.y() + frame.height() - 2 * LEGEND - GAP;
    double most = lines.stream().mapToDouble(Line::largest).max().orElse(0);
    double scale = most > 0 ? (bottom - top) / most : 0;
    for (int i = 0; i <= 2; i++) {
      int y = bottom - (bottom - top) * i / 2;
      add("<line x1='%d' y1='%d' x2='%d' y2='%d' stroke='#eceef1'/>".formatted(left, y, right, y));
      text(frame.x() + 8, y + 3, 9, "#777", shown(most * i / 2, unit));
    }
    for (int i = 0; i < Math.min(lines.size(), LINES); i++) {
      StringBuilder path = new StringBuilder();
      for (double[] point : lines.get(i).points()) {
        double x = left + (point[0] - start) / (end - start) * (right - left);
        path.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, bottom - point[1] * scale));
      }
      String colour = COLOURS.get(i);
      add(
          "<polyline points='%s' fill='none' stroke='%s' stroke-width='1.5'/>"
              .formatted(path, colour));
      int x = frame.x() + 10 + i % 3 * (frame.width() - 20) / 3;
      int y = bottom + LEGEND + i / 3 * (LEGEND - 2);
      add("<rect x='%d' y='%d' width='8' height='3' fill='%s'/>".formatted(x, y - 4, colour));
      text(x + 11, y, 9, "#444", lines.get(i).name());
    }
  }

  /** As Grafana would write it, roughly. */
  private static String shown(double value, String unit) {
    return switch (unit) {
      case "percentunit" -> "%.1f %%".formatted(value * 100);
      case "s" -> value < 1 ? "%.0f ms".formatted(value * 1000) : "%.2f s".formatted(value);
      case "bytes" -> "%.0f MiB".formatted(value / (1 << 20));
      default -> value == Math.rint(value) ? "%.0f".formatted(value) : "%.2f".formatted(value);
    };
  }

  private void text(int x, int y, int size, String colour, String text) {
    String safe = text.replace("&", "&amp;").replace("<", "&lt;");
    add(
        "<text x='%d' y='%d' font-size='%d' fill='%s'>%s</text>"
            .formatted(x, y, size, colour, safe));
  }

  private void add(String element) {
    svg.append(element).append('\n');
  }
}
