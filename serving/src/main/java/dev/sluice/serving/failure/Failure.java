package dev.sluice.serving.failure;

import dev.sluice.type.v1.StageReport;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a call can fail with. Thrown where it is known, turned into a gRPC status in one
 * place, {@link FailureStatus}. Messages are for the caller: they name the field or the thing, and
 * nothing of the server's insides.
 */
public abstract sealed class Failure extends RuntimeException {

  private static final long serialVersionUID = 1;

  private Failure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Its message says all: without a stack, which would cost more than the rest of a refusal. */
  private Failure(String message) {
    super(message, null, true, false);
  }

  /** The message, which every failure has. */
  public String text() {
    String message = getMessage();
    return message == null ? "" : message;
  }

  /** A field that breaks a rule; {@code field} is its path in the request, as {@code texts[3]}. */
  public record Violation(String field, String description) {}

  /** The request breaks rules; no violations when it is not a message at all. */
  public static final class InvalidInput extends Failure {

    /** The reason of a prompt that is longer than the model's context. */
    public static final String CONTEXT_TOO_LONG = "CONTEXT_TOO_LONG";

    private static final long serialVersionUID = 1;
    private final transient List<Violation> violations;
    private final String reason;

    public InvalidInput(List<Violation> violations) {
      this(violations, "");
    }

    private InvalidInput(List<Violation> violations, String reason) {
      super(describe(violations));
      this.violations = List.copyOf(violations);
      this.reason = reason;
    }

    /** Messages, documents and the text to be written do not fit into the model's context. */
    public static InvalidInput contextTooLong() {
      Violation violation =
          new Violation(
              "messages", "with the documents and max_tokens, are longer than the model's context");
      return new InvalidInput(List.of(violation), CONTEXT_TOO_LONG);
    }

    public InvalidInput(String field, String description) {
      this(List.of(new Violation(field, description)));
    }

    /** Bytes that are not the message they should be. */
    public static InvalidInput unparseable() {
      return new InvalidInput(List.of());
    }

    /** A message of more bytes than its method takes. */
    public static InvalidInput tooLarge(int mostBytes) {
      return new InvalidInput("request", "must have at most " + mostBytes + " bytes");
    }

    private static String describe(List<Violation> violations) {
      if (violations.isEmpty()) {
        return "the bytes received do not parse as the request message";
      }
      Violation first = violations.getFirst();
      String more = violations.size() == 1 ? "" : " (and " + (violations.size() - 1) + " more)";
      return first.field() + ": " + first.description() + more;
    }

    public List<Violation> violations() {
      return violations;
    }

    /** Tells cases apart that a program acts upon; else empty. */
    public String reason() {
      return reason;
    }
  }

  /** There is no such thing, or it belongs to somebody else. */
  public static final class NotFound extends Failure {
    private static final long serialVersionUID = 1;

    public NotFound(String kind, String name) {
      super("no " + kind + " named '" + name + "'");
    }
  }

  /** There is such a thing already. */
  public static final class AlreadyExists extends Failure {
    private static final long serialVersionUID = 1;
    private final String version;

    public AlreadyExists(String kind, String name) {
      super(kind + " '" + name + "' exists already");
      this.version = "";
    }

    /** A thing of versions, of which this one is stored. */
    public AlreadyExists(String kind, String name, String version) {
      super(kind + " '" + name + "' exists already, as version " + version);
      this.version = version;
    }

    /** The version that is stored; empty for what has none. */
    public String version() {
      return version;
    }
  }

  /** A thing has another version than the caller expected: somebody else changed it. */
  public static final class VersionConflict extends Failure {
    private static final long serialVersionUID = 1;
    private final String version;

    /**
     * @param version that is stored; empty when there is no such thing
     */
    public VersionConflict(String kind, String name, String expected, String version) {
      super(
          version.isEmpty()
              ? "there is no %s '%s', version %s was expected".formatted(kind, name, expected)
              : "%s '%s' has version %s, version %s was expected"
                  .formatted(kind, name, version, expected));
      this.version = version;
    }

    public String version() {
      return version;
    }
  }

  /** The state of things does not allow the call; {@code reason} tells cases apart. */
  public static final class Precondition extends Failure {
    private static final long serialVersionUID = 1;
    private final String reason;

    public Precondition(String reason, String message) {
      super(message);
      this.reason = reason;
    }

    public String reason() {
      return reason;
    }
  }

  /**
   * Too much work is waiting. Retry no sooner than {@code retryAfter}; {@code reason} tells cases
   * apart.
   */
  public static final class Overloaded extends Failure {
    private static final long serialVersionUID = 1;
    private final String reason;
    private final Duration retryAfter;

    public Overloaded(String reason, String message, Duration retryAfter) {
      super(message);
      this.reason = reason;
      this.retryAfter = retryAfter;
    }

    public Overloaded(String message, Duration retryAfter) {
      this("OVERLOADED", message, retryAfter);
    }

    public String reason() {
      return reason;
    }

    public Duration retryAfter() {
      return retryAfter;
    }
  }

  /** The call proves not who is calling; {@code reason} tells cases apart, of a key nothing. */
  public static final class Unauthenticated extends Failure {
    private static final long serialVersionUID = 1;
    private final String reason;

    public Unauthenticated(String reason, String message) {
      super(message);
      this.reason = reason;
    }

    public String reason() {
      return reason;
    }
  }

  /** Who is calling may not do this; {@code reason} tells cases apart. */
  public static final class PermissionDenied extends Failure {
    private static final long serialVersionUID = 1;
    private final String reason;

    public PermissionDenied(String reason, String message) {
      super(message);
      this.reason = reason;
    }

    public String reason() {
      return reason;
    }
  }

  /**
   * A tenant has used up what it may spend. Retry no sooner than {@code retryAfter}; {@code quota}
   * names the limit, as "requests". Never masked.
   */
  public static final class QuotaExceeded extends Failure {
    private static final long serialVersionUID = 1;
    private final String quota;
    private final String tenant;
    private final Duration retryAfter;

    public QuotaExceeded(String quota, String tenant, String message, Duration retryAfter) {
      super(message);
      this.quota = quota;
      this.tenant = tenant;
      this.retryAfter = retryAfter;
    }

    public String quota() {
      return quota;
    }

    public String tenant() {
      return tenant;
    }

    public Duration retryAfter() {
      return retryAfter;
    }
  }

  /** The disk or the store is full. */
  public static final class StorageFull extends Failure {
    private static final long serialVersionUID = 1;

    public StorageFull(String message) {
      super(message);
    }
  }

  /** Stopping, not ready yet, or the service behind is gone; {@code reason} tells cases apart. */
  public static final class Unavailable extends Failure {
    private static final long serialVersionUID = 1;
    private final String reason;

    public Unavailable(String reason, String message) {
      super(message);
      this.reason = reason;
    }

    public Unavailable(String reason, String message, Throwable cause) {
      super(message, cause);
      this.reason = reason;
    }

    public String reason() {
      return reason;
    }
  }

  /** The deadline passed; carries what the stages did until then. */
  public static final class DeadlineExceeded extends Failure {
    private static final long serialVersionUID = 1;
    private final transient List<StageReport> stages;

    public DeadlineExceeded(String message) {
      this(message, List.of());
    }

    public DeadlineExceeded(String message, List<StageReport> stages) {
      super(message);
      this.stages = List.copyOf(stages);
    }

    public List<StageReport> stages() {
      return stages;
    }
  }

  /** The caller went away. */
  public static final class Cancelled extends Failure {
    private static final long serialVersionUID = 1;

    public Cancelled() {
      super("the call was cancelled");
    }
  }

  /** Not built, or not configured here. */
  public static final class Unimplemented extends Failure {
    private static final long serialVersionUID = 1;

    public Unimplemented(String message) {
      super(message);
    }
  }

  /** A model, an engine or our own code broke. The cause is logged, never sent. */
  public static final class Internal extends Failure {
    private static final long serialVersionUID = 1;

    public Internal(String message, Throwable cause) {
      super(message, cause);
    }

    public Internal(String message) {
      super(message, null);
    }
  }
}
