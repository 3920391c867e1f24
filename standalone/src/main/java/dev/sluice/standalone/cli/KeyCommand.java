package dev.sluice.standalone.cli;

import dev.sluice.gateway.access.ApiKey;
import dev.sluice.gateway.access.KeyEntry;
import dev.sluice.gateway.access.KeyRing;
import dev.sluice.gateway.access.Permissions;
import dev.sluice.gateway.access.TenantName;
import dev.sluice.serving.caller.Caller;
import dev.sluice.standalone.CommandFailure;
import dev.sluice.standalone.console.Console;
import dev.sluice.standalone.console.TextTable;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes, lists and takes away the API keys of a gateway's file. Talks to no cluster. */
@Command(
    name = "key",
    description = {
      "Make, list and take away API keys. The gateway reads their hashes from the file that"
          + " SLUICE_GATEWAY_API_KEYS_FILE names, again every second; a key itself is shown once.",
      "",
      "To rotate a key, make another of the same name, give it to its owner, then take the old one"
          + " away."
    },
    footer = {
      "",
      "Examples:",
      "  sluice key create --file keys --name reader --permissions search,read > reader.key",
      "  sluice key create --file keys --name sync --tenant acme --permissions write --days 90",
      "  sluice key list --file keys",
      "  sluice key revoke --file keys 3f2a9c0d41b7e865"
    })
final class KeyCommand {

  private final Console console;
  private final InstantSource clock;

  KeyCommand(Console console, InstantSource clock) {
    this.console = console;
    this.clock = clock;
  }

  @Command(
      name = "create",
      description =
          "Make a key: it goes to standard output, and its line to the file, or to standard error"
              + " where no file is named.")
  int create(
      @Option(names = "--name", required = true, description = "Of who has the key.") String name,
      @Option(
              names = "--permissions",
              required = true,
              paramLabel = "P,P…",
              split = ",",
              description = "Some of search,read,write,manage,models,operate; or all.")
          List<String> permissions,
      @Option(
              names = "--tenant",
              defaultValue = Caller.DEFAULT_TENANT,
              description = "Whose documents the key leads to (default: ${DEFAULT-VALUE}).")
          String tenant,
      @Option(names = "--days", description = "After how many days it expires (default: never).")
          @Nullable Integer days,
      @Option(
              names = "--file",
              paramLabel = "FILE",
              description = "The gateway's file of keys; made when there is none.")
          @Nullable Path file) {
    ApiKey key = ApiKey.random(new SecureRandom());
    KeyEntry entry =
        KeyEntry.of(key, named(name), owned(tenant), permitted(permissions), end(days));
    if (file == null) {
      console.note("a line for the gateway's file of keys: " + entry.written());
    } else {
      new KeyLines(file).add(entry);
      console.note("the key " + entry.id() + " of " + entry.name() + " stands in " + file);
    }
    console.out().println(key.written());
    return Sluice.DONE;
  }

  private static String named(String name) {
    if (!KeyEntry.isName(name)) {
      throw new CommandFailure("--name must be " + KeyEntry.NAME_RULE);
    }
    return name;
  }

  private static String owned(String tenant) {
    if (!TenantName.isValid(tenant)) {
      throw new CommandFailure("--tenant must be " + TenantName.RULE);
    }
    return tenant;
  }

  private static Permissions permitted(List<String> names) {
    return Permissions.parse(names)
        .orElseThrow(() ->
            new CommandFailure(
                "--permissions must be some of " + Permissions.names() + ", or all"));
  }

  private Optional<Instant> end(@Nullable Integer days) {
    if (days == null) {
      return Optional.empty();
    }
    if (days < 1 || days > 36_500) {
      throw new CommandFailure("--days must be 1 to 36500");
    }
    return Optional.of(clock.instant().plus(Duration.ofDays(days)).truncatedTo(ChronoUnit.SECONDS));
  }

  @Command(name = "list", description = "List the keys of a file, without the keys themselves.")
  int list(
      @Option(names = "--file", required = true, paramLabel = "FILE", description = "The file.")
          Path file) {
    KeyRing ring = new KeyLines(file).ring();
    TextTable table = new TextTable("id", "name", "tenant", "permissions", "expires");
    ring.byId().values().stream()
        .sorted(
            Comparator.comparing(KeyEntry::tenant)
                .thenComparing(KeyEntry::name)
                .thenComparing(KeyEntry::id))
        .forEach(entry ->
            table.row(
                entry.id(),
                entry.name(),
                entry.tenant(),
                entry.permissions().written(),
                entry.expires().map(Instant::toString).orElse("never")));
    table.lines().forEach(console.out()::println);
    return Sluice.DONE;
  }

  @Command(name = "revoke", description = "Take a key away: two seconds later no gateway takes it.")
  int revoke(
      @Parameters(paramLabel = "ID", description = "As sluice key list shows it.") String id,
      @Option(names = "--file", required = true, paramLabel = "FILE", description = "The file.")
          Path file) {
    new KeyLines(file).remove(id);
    console.out().println("the key " + id + " is taken away");
    return Sluice.DONE;
  }
}
