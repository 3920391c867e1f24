package dev.sluice.bench.soak;

import com.google.common.collect.ImmutableSet;
import com.google.protobuf.Empty;
import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.gateway.v1.AnswerEvent;
import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.AnswerServiceGrpc;
import dev.sluice.gateway.v1.DeleteDocumentRequest;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import dev.sluice.generate.v1.Message;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import java.util.Iterator;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * What callers do, each as often as its weight says. Ends with a status of gRPC, or well. The door
 * refuses some of what loads the processors, and a replica that is started anew costs some.
 */
public enum Action {
  SEARCH(30, 0.7, Code.OK) {
    @Override
    void on(Channel channel, SoakTexts texts) {
      var _ = search(channel, texts, 2_000);
    }
  },
  SEARCH_IN_NO_TIME(5, 0.7, Code.OK, Code.DEADLINE_EXCEEDED) {
    @Override
    void on(Channel channel, SoakTexts texts) {
      var _ = search(channel, texts, ThreadLocalRandom.current().nextInt(1, 40));
    }
  },
  SEARCH_GIVEN_UP(8, 0.7, Code.OK, Code.CANCELLED) {
    @Override
    void on(Channel channel, SoakTexts texts) {
      givenUp(() -> search(channel, texts, 2_000));
    }
  },
  SEARCH_NOWHERE(4, 0.7, Code.NOT_FOUND) {
    @Override
    void on(Channel channel, SoakTexts texts) {
      SearchRequest request =
          SearchRequest.newBuilder()
              .setCollection("none-" + ThreadLocalRandom.current().nextInt(1_000_000))
              .setQuery(texts.query())
              .build();
      var _ =
          SearchServiceGrpc.newBlockingStub(channel)
              .withDeadlineAfter(2, TimeUnit.SECONDS)
              .search(request);
    }
  },
  ANSWER(15, 0.7, Code.OK) {
    @Override
    void on(Channel channel, SoakTexts texts) {
      answer(channel, texts).forEachRemaining(event -> {});
    }
  },
  ANSWER_GIVEN_UP(8, 0.7, Code.OK, Code.CANCELLED) {
    @Override
    void on(Channel channel, SoakTexts texts) {
      givenUp(() -> answer(channel, texts).forEachRemaining(event -> {}));
    }
  },
  /** Some of its deadlines are too short. */
  EMBED(10, 0.5, Code.OK) {
    @Override
    void on(Channel channel, SoakTexts texts) {
      var _ =
          EmbedServiceGrpc.newBlockingStub(channel)
              .withDeadlineAfter(ThreadLocalRandom.current().nextInt(5, 500), TimeUnit.MILLISECONDS)
              .embed(EmbedRequest.newBuilder().addTexts(texts.query()).build());
    }
  },
  STORE(14, 0.7, Code.OK) {
    @Override
    void on(Channel channel, SoakTexts texts) {
      new Storing(channel, texts.documents()).run();
    }
  },
  /** Some of the documents are not there, most of them at first. */
  DELETE(4, 0.7, Code.OK, Code.NOT_FOUND) {
    @Override
    void on(Channel channel, SoakTexts texts) {
      var _ =
          DocumentServiceGrpc.newBlockingStub(channel)
              .withDeadlineAfter(5, TimeUnit.SECONDS)
              .deleteDocument(
                  DeleteDocumentRequest.newBuilder()
                      .setCollection(SoakTexts.COLLECTION)
                      .setDocumentId(texts.id())
                      .build());
    }
  },
  UNKNOWN_METHOD(2, 0.9, Code.UNIMPLEMENTED) {
    @Override
    void on(Channel channel, SoakTexts texts) {
      var method =
          MethodDescriptor.<Empty, Empty>newBuilder()
              .setType(MethodDescriptor.MethodType.UNARY)
              .setFullMethodName("soak.v1.None/M" + ThreadLocalRandom.current().nextInt(1_000_000))
              .setRequestMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
              .setResponseMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
              .build();
      var _ =
          ClientCalls.blockingUnaryCall(
              channel,
              method,
              CallOptions.DEFAULT.withDeadlineAfter(2, TimeUnit.SECONDS),
              Empty.getDefaultInstance());
    }
  };

  private static final ScheduledExecutorService IMPATIENCE =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  private static final int LONGEST_PATIENCE_MILLIS = 150;

  private final int weight;
  private final double least;
  private final ImmutableSet<Code> meant;

  /**
   * @param least part of its calls that end as they are meant to
   * @param meant how that is
   */
  Action(int weight, double least, Code... meant) {
    this.weight = weight;
    this.least = least;
    this.meant = ImmutableSet.copyOf(meant);
  }

  int weight() {
    return weight;
  }

  double least() {
    return least;
  }

  ImmutableSet<Code> meant() {
    return meant;
  }

  /**
   * Does it once.
   *
   * @throws StatusRuntimeException when it ends so
   */
  abstract void on(Channel channel, SoakTexts texts);

  private static Object search(Channel channel, SoakTexts texts, int millis) {
    return SearchServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(millis, TimeUnit.MILLISECONDS)
        .search(
            SearchRequest.newBuilder()
                .setCollection(SoakTexts.COLLECTION)
                .setQuery(texts.query())
                .build());
  }

  private static Iterator<AnswerEvent> answer(Channel channel, SoakTexts texts) {
    return AnswerServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(5, TimeUnit.SECONDS)
        .streamAnswer(
            AnswerRequest.newBuilder()
                .setCollection(SoakTexts.COLLECTION)
                .addMessages(
                    Message.newBuilder().setRole(Message.Role.USER).setContent(texts.query()))
                .build());
  }

  /** Cancels it some time after it began. */
  private static void givenUp(Runnable call) {
    int millis = ThreadLocalRandom.current().nextInt(LONGEST_PATIENCE_MILLIS);
    try (Context.CancellableContext context = Context.current().withCancellation()) {
      var _ = IMPATIENCE.schedule(() -> context.cancel(null), millis, TimeUnit.MILLISECONDS);
      context.run(call);
    }
  }
}
