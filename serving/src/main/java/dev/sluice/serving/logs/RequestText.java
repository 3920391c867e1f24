package dev.sluice.serving.logs;

import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.TextFormat;
import dev.sluice.serving.config.Settings;
import java.io.IOException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What callers sent, and what others said of it: not for the log, unless somebody asked for that.
 * One choice for all of this JVM.
 */
public final class RequestText {

  /** Characters of one text in the log. */
  static final int LONGEST = 500;

  private static final String KEY = "SLUICE_LOG_REQUESTS";
  private static final String HIDDEN = "(" + KEY + "=true shows what)";

  /** Whose messages tell of this machine or are our own, and quote nobody. */
  private static final String[] HARMLESS = {"java.io.", "java.nio.", "java.net.", "dev.sluice."};

  private static volatile boolean shown;

  private RequestText() {}

  /** Whether request text stands in the log. */
  public enum Logged {
    FALSE,
    TRUE
  }

  /** Reads {@code SLUICE_LOG_REQUESTS}. */
  public static Logged read(Settings settings) {
    return settings.choice(
        KEY,
        Logged.FALSE,
        "Whether each call is logged with the beginning of its text, and messages of others that"
            + " may quote it. For finding faults: it puts queries and documents into the log.");
  }

  /** To be called before calls come. */
  public static void choose(Logged choice) {
    shown = choice == Logged.TRUE;
  }

  public static boolean isShown() {
    return shown;
  }

  /** Words of another server, that may quote a request. */
  public static String said(@Nullable Object words) {
    return shown ? cut(String.valueOf(words)) : HIDDEN;
  }

  /** A request, or its beginning. */
  public static String of(Object request) {
    if (!(request instanceof MessageOrBuilder message)) {
      return "(bytes)";
    }
    var text = new Beginning(LONGEST);
    try {
      TextFormat.printer().emittingSingleLine(true).print(message, text);
    } catch (IOException full) {
      return text + "…";
    }
    return text.toString();
  }

  private static String cut(String text) {
    return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
  }

  /** What broke while a request was worked on, with its places, and its words only if harmless. */
  public static Throwable of(Throwable thrown) {
    return shown ? thrown : new Wordless(thrown);
  }

  /** Stands for a throwable in the log. */
  private static final class Wordless extends Throwable {
    private static final long serialVersionUID = 1;

    private final String text;

    Wordless(Throwable thrown) {
      super("", thrown.getCause() == null ? null : new Wordless(thrown.getCause()), false, true);
      this.text = isHarmless(thrown) ? thrown.toString() : thrown.getClass().getName();
      setStackTrace(thrown.getStackTrace());
    }

    private static boolean isHarmless(Throwable thrown) {
      return Stream.of(HARMLESS).anyMatch(thrown.getClass().getName()::startsWith);
    }

    @Override
    public String getMessage() {
      return text;
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
