package dev.sluice.standalone;

import com.google.protobuf.Descriptors.Descriptor;
import dev.sluice.serving.fuzz.HostileText;
import dev.sluice.serving.fuzz.MutatedBytes;
import dev.sluice.serving.fuzz.RandomMessage;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Plans a call of any method as one of two tenants, whose texts have words of their own. */
final class RandomRpc {

  /** The tenants with the word that stands in what they store and ask. */
  static final Map<String, String> WORDS = Map.of("alpha", "ALPHAWORD", "bravo", "BRAVOWORD");

  private static final String NO_KEY = "NO_SUCH_KEY";
  private static final List<String> IDS = List.of("d1", "d2", "d3", "d4", "d5");
  private static final List<String> NAMES = List.of("c", "c", "c", "e", "gone");
  private static final List<String> FILTERS =
      List.of(
          "", "", "n >= 1", "lang == 'en' && !has(x)", "'a' in tags", "n in [1, 2]", "((", "a ==");

  private final Random random;
  final String tenant;
  private final RandomMessage messages;

  RandomRpc(Random random) {
    this.random = random;
    this.tenant = random.nextBoolean() ? "alpha" : "bravo";
    this.messages = new RandomMessage(random, words(Objects.requireNonNull(WORDS.get(tenant))));
  }

  private static Map<String, List<String>> words(String word) {
    List<String> texts =
        List.of(
            word + " gates control water. They open slowly.",
            "# Gates of " + word + "\n\nThe river is wide.\n\n- one\n- two",
            "When do " + word + " gates open?",
            "water");
    Map<String, List<String>> words = new HashMap<>();
    for (String field : List.of("text", "texts", "query", "content", "quote", "title")) {
      words.put(field, texts);
    }
    for (String field : List.of("id", "document_id")) {
      words.put(field, IDS);
    }
    words.put("collection", NAMES);
    words.put("filter", FILTERS);
    words.put("snapshot", List.of("s1", "s2"));
    words.put("model", List.of("", "", "talking", "extractive", "none"));
    words.put("data_source", List.of("", "", "", "wiki"));
    words.put("page_token", List.of(""));
    words.put("consistency_token", List.of("", ""));
    words.put("stage_policies", List.of("rerank", "embed", "rewrite", "retrieve", "generate"));
    words.put("fields", List.of("n", "lang", "tags", word));
    words.put("string_value", List.of("en", "a", word));
    words.put("role", List.of("USER", "USER", "USER", "USER", "USER", "ASSISTANT"));
    words.put("settings", List.of(NO_KEY));
    words.put("metadata_types", List.of("n", "lang", "tags"));
    return words;
  }

  MethodDescriptor<?, ?> method(List<ServiceDescriptor> services) {
    List<MethodDescriptor<?, ?>> methods =
        services.stream()
            .<MethodDescriptor<?, ?>>flatMap(each -> each.getMethods().stream())
            .toList();
    MethodDescriptor<?, ?> method = methods.get(random.nextInt(methods.size()));
    boolean removes = method.getFullMethodName().contains("DeleteCollection");
    return removes && random.nextInt(4) > 0 ? methods.get(random.nextInt(methods.size())) : method;
  }

  FuzzedCall.Plan plan(MethodDescriptor<?, ?> method) {
    var schema =
        (ProtoMethodDescriptorSupplier) Objects.requireNonNull(method.getSchemaDescriptor());
    Descriptor type = schema.getMethodDescriptor().getInputType();
    boolean many =
        method.getType() == MethodType.CLIENT_STREAMING
            || method.getType() == MethodType.BIDI_STREAMING;
    List<byte[]> sent = new ArrayList<>();
    for (int i = messages(many); i > 0; i--) {
      sent.add(message(type));
    }
    return new FuzzedCall.Plan(sent, options(), headers(method, sent), random.nextInt(12) == 0);
  }

  /** Of a method that takes one, now and then none or two. */
  private int messages(boolean many) {
    if (many) {
      return random.nextInt(6);
    }
    return random.nextInt(20) == 0 ? random.nextInt(3) : 1;
  }

  private byte[] message(Descriptor type) {
    if (random.nextInt(20) == 0) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      return noise;
    }
    byte[] bytes = messages.of(type).toByteArray();
    return random.nextInt(4) == 0 ? MutatedBytes.of(random, bytes) : bytes;
  }

  private CallOptions options() {
    return switch (random.nextInt(8)) {
      case 0 ->
          CallOptions.DEFAULT.withDeadlineAfter(1 + random.nextInt(40), TimeUnit.MILLISECONDS);
      case 1, 2, 3 -> CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS);
      default -> CallOptions.DEFAULT;
    };
  }

  private Metadata headers(MethodDescriptor<?, ?> method, List<byte[]> sent) {
    Metadata headers = new Metadata();
    put(headers, "sluice-tenant", tenant);
    if (random.nextInt(4) == 0) {
      put(headers, "sluice-priority", random.nextBoolean() ? "bulk" : "x" + random.nextInt());
    }
    if (random.nextInt(10) == 0) {
      put(headers, "traceparent", HostileText.of(random).replaceAll("[^ -~]", "0").strip());
    }
    if (!loads(method, sent) && random.nextInt(3) > 0) {
      put(headers, "authorization", "Bearer " + FuzzedCluster.ADMIN_TOKEN);
    }
    return headers;
  }

  /** Whether a model would be loaded, which takes seconds. */
  private static boolean loads(MethodDescriptor<?, ?> method, List<byte[]> sent) {
    return method.getFullMethodName().endsWith("LoadModel")
        && sent.stream()
            .noneMatch(bytes -> new String(bytes, StandardCharsets.ISO_8859_1).contains(NO_KEY));
  }

  private static void put(Metadata headers, String name, String value) {
    headers.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
  }
}
