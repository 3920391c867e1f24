package dev.sluice.bench.overload;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.MessageLite;
import dev.sluice.bench.gateway.RawBytes;
import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.AnswerResponse;
import dev.sluice.gateway.v1.AnswerServiceGrpc;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchResponse;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import dev.sluice.generate.v1.Message;
import dev.sluice.rerank.v1.RerankDocument;
import dev.sluice.rerank.v1.RerankRequest;
import dev.sluice.rerank.v1.RerankResponse;
import dev.sluice.rerank.v1.RerankServiceGrpc;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.List;

/** The kinds of calls that load is made of, each with the deadline that somebody who waits has. */
@SuppressWarnings("ImmutableEnumChecker") // descriptors of methods do not change
public enum CallKind {
  SEARCH(
      Duration.ofSeconds(1), SearchServiceGrpc.getSearchMethod(), SearchResponse.getDescriptor()) {
    @Override
    MessageLite request(String query, List<String> passages) {
      return SearchRequest.newBuilder().setCollection(COLLECTION).setQuery(query).build();
    }
  },
  EMBED(Duration.ofMillis(500), EmbedServiceGrpc.getEmbedMethod(), EmbedResponse.getDescriptor()) {
    @Override
    MessageLite request(String query, List<String> passages) {
      return EmbedRequest.newBuilder()
          .addTexts(query)
          .setInputType(EmbedRequest.InputType.SEARCH_QUERY)
          .build();
    }
  },
  ANSWER(
      Duration.ofSeconds(2), AnswerServiceGrpc.getAnswerMethod(), AnswerResponse.getDescriptor()) {
    @Override
    MessageLite request(String query, List<String> passages) {
      return AnswerRequest.newBuilder()
          .setCollection(COLLECTION)
          .addMessages(Message.newBuilder().setRole(Message.Role.USER).setContent(query))
          .build();
    }
  },
  RERANK(
      Duration.ofSeconds(1), RerankServiceGrpc.getRerankMethod(), RerankResponse.getDescriptor()) {
    @Override
    MessageLite request(String query, List<String> passages) {
      RerankRequest.Builder request = RerankRequest.newBuilder().setQuery(query);
      passages.forEach(text -> request.addDocuments(RerankDocument.newBuilder().setText(text)));
      return request.build();
    }
  };

  /** The collection that is searched. */
  public static final String COLLECTION = "overload";

  private final Duration deadline;
  private final MethodDescriptor<?, ?> method;
  private final int degradations;

  CallKind(Duration deadline, MethodDescriptor<?, ?> method, Descriptor response) {
    this.deadline = deadline;
    this.method = method;
    FieldDescriptor field = response.findFieldByName("degradations");
    this.degradations = field == null ? 0 : field.getNumber();
  }

  /**
   * @param passages to order, where the kind of call takes them along
   */
  abstract MessageLite request(String query, List<String> passages);

  Duration deadline() {
    return deadline;
  }

  /** The method, for requests that are bytes already; of a response it tells the degradations. */
  MethodDescriptor<byte[], Integer> raw() {
    return method.toBuilder(RawBytes.MARSHALLER, new CountedField(degradations)).build();
  }
}
