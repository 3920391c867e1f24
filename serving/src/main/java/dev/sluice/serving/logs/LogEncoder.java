package dev.sluice.serving.logs;

import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import java.util.Locale;

/** Writes log lines in the form that {@code logback.xml} names: for people, or as JSON. */
public final class LogEncoder extends EncoderBase<ILoggingEvent> {

  private String format = "text";
  private final PatternLayoutEncoder text = new PatternLayoutEncoder();
  private Encoder<ILoggingEvent> chosen = text;

  /** As {@link LogFormat} names it; an unknown one is text, and stops the start elsewhere. */
  public void setFormat(String format) {
    this.format = format.strip().toLowerCase(Locale.ROOT);
  }

  /** Of text. */
  public void setPattern(String pattern) {
    text.setPattern(pattern);
  }

  @Override
  public void start() {
    chosen = format.equals("json") ? new JsonLines() : text;
    chosen.setContext(context);
    chosen.start();
    super.start();
  }

  @Override
  public byte[] headerBytes() {
    return chosen.headerBytes();
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    return chosen.encode(event);
  }

  @Override
  public byte[] footerBytes() {
    return chosen.footerBytes();
  }
}
