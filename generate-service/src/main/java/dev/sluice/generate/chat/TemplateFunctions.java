package dev.sluice.generate.chat;

import com.google.errorprone.annotations.DoNotCall;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.objects.date.StrftimeFormatter;
import java.time.Instant;
import java.time.ZoneOffset;

/** The functions that Hugging Face gives chat templates. Public, since Jinjava calls them. */
public final class TemplateFunctions {

  private TemplateFunctions() {}

  /** A template does not take the conversation. The message is for the log. */
  static final class Raised extends RuntimeException {
    private static final long serialVersionUID = 1;

    Raised(String message) {
      super(message);
    }
  }

  /** Ends the rendering. */
  @DoNotCall("for templates alone")
  public static Object raise(String message) {
    throw new Raised(message);
  }

  /** The time, in UTC, as Python's strftime writes it. */
  public static String now(String format) {
    long millis =
        JinjavaInterpreter.getCurrent().getConfig().getDateTimeProvider().getCurrentTimeMillis();
    return StrftimeFormatter.format(Instant.ofEpochMilli(millis).atZone(ZoneOffset.UTC), format);
  }
}
