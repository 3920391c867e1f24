package dev.sluice.standalone;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.sluice.serving.logs.LogEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** Every line of the log as JSON, with all that our own code has to say, until it is closed. */
final class LoggedLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {

  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private final Logger own = (Logger) LoggerFactory.getLogger("dev.sluice");
  private final Level before = own.getLevel();
  private final LogEncoder encoder = new LogEncoder();
  private final List<String> lines = new CopyOnWriteArrayList<>();

  LoggedLines() {
    setContext(root.getLoggerContext());
    encoder.setContext(root.getLoggerContext());
    encoder.setFormat("json");
    encoder.start();
    start();
    root.addAppender(this);
    own.setLevel(Level.DEBUG);
  }

  @Override
  protected void append(ILoggingEvent event) {
    lines.add(new String(encoder.encode(event), StandardCharsets.UTF_8));
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void close() {
    own.setLevel(before);
    root.detachAppender(this);
    stop();
  }
}
