package dev.sluice.standalone.cli;

import dev.sluice.serving.config.Settings;
import dev.sluice.serving.tls.PlainText;
import dev.sluice.standalone.ClusterLauncher;
import dev.sluice.standalone.CommandFailure;
import dev.sluice.standalone.RunningCluster;
import dev.sluice.standalone.client.Dialer;
import dev.sluice.standalone.client.Gateway;
import dev.sluice.standalone.client.Target;
import dev.sluice.standalone.console.Console;
import dev.sluice.standalone.ingest.Unreadable;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptors;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which cluster a command talks to, and how it proves who is calling. */
final class ConnectionOptions {

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /** Names the file for every command, where --api-key-file does not. */
  static final String KEY_FILE = "SLUICE_API_KEY_FILE";

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(
      names = "--target",
      paramLabel = "HOST:PORT",
      converter = Target.Converter.class,
      description =
          "The gateway of a running cluster. Without it: the cluster that holds the data directory,"
              + " else one that runs in this process as long as the command.")
  private @Nullable Target target;

  @Option(
      names = "--tls",
      description =
          "Encrypt, and trust the certificate authorities that Java trusts. Needs --target.")
  private boolean tls;

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description =
          "Encrypt, and trust the certificate authorities in this PEM file. Needs --target.")
  private @Nullable Path certificates;

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description =
          "The certificate to show, in PEM, where the cluster asks for one. Needs --tls-key.")
  private @Nullable Path ownCertificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "The certificate's private key, in PEM (PKCS#8).")
  private @Nullable Path ownKey;

  @Option(
      names = "--api-key-file",
      paramLabel = "FILE",
      description =
          "A file that holds the API key or the token, in one line (default: the file that"
              + " SLUICE_API_KEY_FILE names).")
  private @Nullable Path keyFile;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The data directory of the cluster on this machine (default: ~/.sluice).")
  private @Nullable Path data;

  /** Whether a running cluster was named. */
  boolean hasTarget() {
    return target != null;
  }

  /** Whether a cluster was named, running or by its data directory. */
  boolean isNamed() {
    return target != null || data != null;
  }

  /** The cluster in a word, for messages. */
  String name() {
    return target == null ? "the cluster of " + DataDirectory.orDefault(data) : target.toString();
  }

  /** Stops with wrong usage when options contradict each other. */
  void check() {
    if (target == null && (tls || certificates != null)) {
      throw wrong("--tls and --tls-ca need --target HOST:PORT");
    }
    if (target != null && data != null) {
      throw wrong("--target and --data exclude each other: name the cluster or its directory");
    }
    boolean encrypted = tls || certificates != null;
    if ((ownCertificate == null) != (ownKey == null)) {
      throw wrong("--tls-cert and --tls-key belong together: give both");
    }
    if (ownCertificate != null && !encrypted) {
      throw wrong("--tls-cert needs --tls or --tls-ca");
    }
    if (target != null && !encrypted && !target.isLoopback()) {
      checkPlainText(target);
    }
  }

  /** Keys stay secret even where texts need not. */
  private void checkPlainText(Target beyond) {
    if (keyFile().isPresent()) {
      throw wrong("the API key would travel unencrypted to " + beyond + ": add --tls or --tls-ca");
    }
    if (!PlainText.isAllowed(new Settings(System.getenv()))) {
      throw wrong(
          "questions and documents would travel unencrypted to %s: add --tls or --tls-ca, or set %s=true where the network can be trusted"
              .formatted(beyond, PlainText.KEY));
    }
  }

  private ParameterException wrong(String line) {
    if (command == null) {
      throw new IllegalStateException(line);
    }
    return new ParameterException(command.commandLine(), line);
  }

  /** Connects to the cluster that the options name, which may have to be started first. */
  Gateway open(ClusterLauncher launcher, Console console, Dialer dialer) {
    check();
    if (target != null) {
      return remote(target, dialer);
    }
    Path directory = DataDirectory.orDefault(data);
    Optional<String> address = launcher.addressOfOwner(directory);
    if (address.isPresent()) {
      return local(address.get(), dialer, keyFile(), null);
    }
    console.note(
        "no cluster holds " + directory + ": starting one in this process (sluice up keeps one)");
    RunningCluster own = launcher.startForCommand(directory);
    return local(own.gatewayAddress(), dialer, keyFile(), own);
  }

  /** Connects to a cluster of this process; the gateway owns it. */
  static Gateway local(String address, Dialer dialer, @Nullable RunningCluster own) {
    return local(address, dialer, keyFileByEnvironment(), own);
  }

  private static Gateway local(
      String address, Dialer dialer, Optional<Path> keyFile, @Nullable RunningCluster own) {
    return connect(address, dialer, InsecureChannelCredentials.create(), keyFile, own);
  }

  private Gateway remote(Target remote, Dialer dialer) {
    return connect(remote.toString(), dialer, credentials(), keyFile(), null);
  }

  private static Gateway connect(
      String address,
      Dialer dialer,
      ChannelCredentials credentials,
      Optional<Path> keyFile,
      @Nullable RunningCluster own) {
    Metadata headers = new Metadata();
    keyFile.ifPresent(file -> headers.put(AUTHORIZATION, "Bearer " + key(file)));
    ManagedChannel connection = dialer.dial(address, credentials);
    Channel channel =
        ClientInterceptors.intercept(
            connection, MetadataUtils.newAttachHeadersInterceptor(headers));
    return new Gateway(address, connection, channel, own);
  }

  private Optional<Path> keyFile() {
    return keyFile == null ? keyFileByEnvironment() : Optional.of(keyFile);
  }

  private static Optional<Path> keyFileByEnvironment() {
    String named = System.getenv(KEY_FILE);
    return named == null || named.isBlank() ? Optional.empty() : Optional.of(Path.of(named));
  }

  private ChannelCredentials credentials() {
    if (certificates == null && !tls) {
      return InsecureChannelCredentials.create();
    }
    try {
      var credentials = TlsChannelCredentials.newBuilder();
      if (certificates != null) {
        credentials.trustManager(bytes(certificates));
      }
      if (ownCertificate != null && ownKey != null) {
        credentials.keyManager(bytes(ownCertificate), bytes(ownKey));
      }
      return credentials.build();
    } catch (IOException e) {
      throw new CommandFailure("cannot read the certificates: " + Unreadable.reason(e), e);
    }
  }

  private static InputStream bytes(Path file) throws IOException {
    return new ByteArrayInputStream(Files.readAllBytes(file));
  }

  private static String key(Path file) {
    String key;
    try {
      if (Files.size(file) > 8192) {
        throw new CommandFailure(file + " holds no API key: it is larger than 8 KiB");
      }
      key = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    } catch (IOException e) {
      throw new CommandFailure("cannot read the API key: " + Unreadable.reason(e), e);
    }
    if (key.isEmpty() || !key.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new CommandFailure(file + " holds no API key: it must be one line of plain characters");
    }
    return key;
  }
}
