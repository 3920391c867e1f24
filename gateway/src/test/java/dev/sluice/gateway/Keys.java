package dev.sluice.gateway;

import dev.sluice.gateway.access.ApiKey;
import dev.sluice.gateway.access.KeyEntry;
import dev.sluice.gateway.access.Permissions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A file of API keys that a test changes. */
final class Keys {

  static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final Path file;
  private final Map<String, String> lines = new LinkedHashMap<>();
  private final SecureRandom random = new SecureRandom();

  Keys(Path folder) {
    file = folder.resolve("keys");
    write();
  }

  /** What a gateway needs to read it. */
  Map<String, String> settings() {
    return Map.of("SLUICE_GATEWAY_API_KEYS_FILE", file.toString());
  }

  /** A new key, as its owner sends it. */
  synchronized String add(String name, String tenant, String... permissions) {
    ApiKey key = ApiKey.random(random);
    Permissions permitted = Permissions.parse(List.of(permissions)).orElseThrow();
    lines.put(key.written(), KeyEntry.of(key, name, tenant, permitted, Optional.empty()).written());
    write();
    return key.written();
  }

  synchronized void remove(String key) {
    lines.remove(key);
    write();
  }

  private void write() {
    try {
      Path next = Files.write(file.resolveSibling("next"), lines.values());
      Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A channel that sends the credentials with every call. */
  static Channel with(Channel channel, String... credentials) {
    Metadata headers = new Metadata();
    for (String each : credentials) {
      headers.put(AUTHORIZATION, "Bearer " + each);
    }
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }
}
