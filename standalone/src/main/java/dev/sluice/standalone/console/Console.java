package dev.sluice.standalone.console;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Where a command writes: answers to {@code out}, everything else to {@code err}, both UTF-8
 * whatever the locale. Closes nothing.
 */
public record Console(PrintStream out, PrintStream err, Terminal terminal) {

  /** The process's own streams. */
  public static Console ofProcess() {
    return new Console(stream(FileDescriptor.out), stream(FileDescriptor.err), Terminal.current());
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /** Says something that is not an answer. */
  public void note(String line) {
    err.println(PrintableText.oneLine(line));
  }

  public void warn(String line) {
    err.println("warning: " + PrintableText.oneLine(line));
  }
}
