package dev.sluice.serving.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embed.v1.EmbedRequest;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RequestTextTest {

  @AfterEach
  void hide() {
    RequestText.choose(RequestText.Logged.FALSE);
  }

  @Test
  void wordsOfOthersAreHiddenUnlessAskedFor() {
    assertThat(RequestText.said("bad prompt: secret")).doesNotContain("secret");
    RequestText.choose(RequestText.Logged.TRUE);
    assertThat(RequestText.said("bad prompt: secret")).contains("secret");
  }

  @Test
  void anExceptionKeepsItsPlacesAndLosesItsWords() {
    var thrown =
        new IllegalStateException("secret", new IOException("disk full", new Exception("secret")));
    Throwable logged = RequestText.of(thrown);
    assertThat(logged).hasToString("java.lang.IllegalStateException");
    assertThat(logged.getStackTrace()).isEqualTo(thrown.getStackTrace());
    assertThat(logged)
        .cause()
        .hasToString("java.io.IOException: disk full")
        .cause()
        .hasToString("java.lang.Exception");
    RequestText.choose(RequestText.Logged.TRUE);
    assertThat(RequestText.of(thrown)).isSameAs(thrown);
  }

  @Test
  void ofARequestOnlyTheBeginningIsWritten() {
    var request = EmbedRequest.newBuilder().addTexts("a".repeat(1000)).build();
    assertThat(RequestText.of(request)).startsWith("texts: \"aaa").hasSize(RequestText.LONGEST + 1);
    assertThat(RequestText.of(EmbedRequest.newBuilder().addTexts("short").build()))
        .contains("short");
  }
}
