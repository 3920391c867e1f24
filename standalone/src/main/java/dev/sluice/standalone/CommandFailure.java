package dev.sluice.standalone;

/** Ends a command with exit code 1. The message is the one line that the user reads: what to do. */
public final class CommandFailure extends RuntimeException {

  private static final long serialVersionUID = 1;

  public CommandFailure(String line) {
    super(line);
  }

  public CommandFailure(String line, Throwable cause) {
    super(line, cause);
  }

  /** The line. */
  public String line() {
    String message = getMessage();
    return message == null ? "" : message;
  }
}
