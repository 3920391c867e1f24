package dev.sluice.gateway.door;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.gateway.v1.AnswerServiceGrpc;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.SearchServiceGrpc;
import dev.sluice.generate.v1.GenerateServiceGrpc;
import org.junit.jupiter.api.Test;

class GatewayCallersTest {

  private final GatewayCallers callers = new GatewayCallers(headers -> "a");

  @Test
  void callsThatAreAnsweredAtOnceAreCounted() {
    assertThat(callers.patience(SearchServiceGrpc.getSearchMethod())).isPresent();
    assertThat(callers.patience(EmbedServiceGrpc.getEmbedMethod())).isPresent();
    assertThat(callers.patience(AnswerServiceGrpc.getStreamAnswerMethod())).isPresent();
  }

  @Test
  void generationsAndStreamsOfDocumentsAreNot() {
    assertThat(callers.patience(GenerateServiceGrpc.getGenerateMethod())).isEmpty();
    assertThat(callers.patience(DocumentServiceGrpc.getUpsertDocumentsMethod())).isEmpty();
  }
}
