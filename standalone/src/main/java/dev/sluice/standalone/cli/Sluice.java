package dev.sluice.standalone.cli;

import dev.sluice.standalone.ClusterLauncher;
import dev.sluice.standalone.CommandFailure;
import dev.sluice.standalone.client.Dialer;
import dev.sluice.standalone.console.Console;
import dev.sluice.standalone.console.PrintableText;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The root command, and the outermost frame of every other: turns what they throw into one line.
 */
@Command(
    name = "sluice",
    scope = ScopeType.INHERIT,
    mixinStandardHelpOptions = true,
    sortOptions = false,
    descriptionHeading = "%n",
    parameterListHeading = "%n",
    optionListHeading = "%n",
    commandListHeading = "%nCommands:%n",
    description = "Search and grounded answers over your own documents, on your own machine.",
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = BuildVersion.class,
    footer = {
      "",
      "Examples:",
      "  sluice demo",
      "  sluice ingest ~/notes --collection notes",
      "  sluice ask \"When does the lease end?\" --collection notes",
      "  sluice up                      keep a cluster running; the other commands find it",
      "",
      "Exit codes: 0 done, 1 failed with one line that says what to do, 2 wrong usage.",
      "Answers go to standard output, everything else to standard error."
    })
public final class Sluice {

  static final int DONE = 0;
  static final int FAILED = 1;
  static final int WRONG_USAGE = 2;

  private final Console console;

  @Option(
      names = "--debug",
      hidden = true,
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of a failure.")
  private boolean debug;

  private Sluice(Console console) {
    this.console = console;
  }

  /** Runs a command line and returns its exit code. */
  public static int run(
      List<String> arguments, ClusterLauncher launcher, Console console, Dialer dialer) {
    Sluice root = new Sluice(console);
    CommandLine line =
        new CommandLine(root)
            .addSubcommand(new UpCommand(launcher, console))
            .addSubcommand(new IngestCommand(launcher, console, dialer))
            .addSubcommand(new DeleteCommand(launcher, console, dialer))
            .addSubcommand(new SearchCommand(launcher, console, dialer))
            .addSubcommand(new AskCommand(launcher, console, dialer))
            .addSubcommand(new EvalCommand(launcher, console, dialer))
            .addSubcommand(new DemoCommand(launcher, console, dialer))
            .addSubcommand(new BenchCommand(launcher, console, dialer))
            .addSubcommand(new SnapshotCommand(launcher, console, dialer))
            .addSubcommand(new RestoreCommand(launcher, console, dialer))
            .addSubcommand(new KeyCommand(console, InstantSource.system()))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setOut(writer(console.out()))
            .setErr(writer(console.err()))
            .setUsageHelpWidth(Math.max(80, console.terminal().columns()))
            .setParameterExceptionHandler((exception, given) -> root.refuse(exception))
            .setExecutionExceptionHandler((exception, command, parsed) -> root.fail(exception));
    return arguments.isEmpty()
        ? root.explain(line)
        : line.execute(arguments.toArray(new String[0]));
  }

  private static PrintWriter writer(java.io.PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  private int explain(CommandLine line) {
    line.usage(line.getErr());
    return WRONG_USAGE;
  }

  private int refuse(ParameterException exception) {
    CommandLine command = exception.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("sluice: " + PrintableText.oneLine(String.valueOf(exception.getMessage())));
    UnmatchedArgumentException.printSuggestions(exception, err);
    err.println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
    err.flush();
    return WRONG_USAGE;
  }

  private int fail(Exception exception) {
    console.err().println("sluice: " + PrintableText.oneLine(describe(exception)));
    if (debug) {
      exception.printStackTrace(console.err());
    }
    return FAILED;
  }

  private static String describe(Exception exception) {
    return switch (exception) {
      case CommandFailure failure -> failure.line();
      case InterruptedException interrupted -> "stopped";
      case StatusRuntimeException refusal
          when refusal.getStatus().getCode() == Status.Code.CANCELLED ->
          "stopped";
      default ->
          "an error of sluice itself: " + exception + " (run again with --debug and report it)";
    };
  }
}
