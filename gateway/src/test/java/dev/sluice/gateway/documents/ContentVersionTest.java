package dev.sluice.gateway.documents;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.Document.Format;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContentVersionTest {

  private static final Document DOCUMENT =
      Document.newBuilder().setId("id").setTitle("title").setText("text").build();

  private static Struct numbers(String... keys) {
    Struct.Builder struct = Struct.newBuilder();
    for (String key : keys) {
      struct.putFields(key, Value.newBuilder().setNumberValue(key.hashCode()).build());
    }
    return struct.build();
  }

  @Test
  void everyFieldOfTheContentChangesIt() {
    List<Document> others =
        List.of(
            DOCUMENT,
            DOCUMENT.toBuilder().setId("i").build(),
            DOCUMENT.toBuilder().setId("idt").setTitle("itle").build(),
            DOCUMENT.toBuilder().setTitle("titlet").setText("ext").build(),
            DOCUMENT.toBuilder().setText("text ").build(),
            DOCUMENT.toBuilder().setFormat(Format.MARKDOWN).build(),
            DOCUMENT.toBuilder().setMetadata(numbers("a")).build());
    assertThat(others.stream().map(ContentVersion::of).distinct()).hasSize(others.size());
  }

  @Test
  void whatTheServerSetsAndTheOrderOfKeysDoNotChangeIt() {
    Document one = DOCUMENT.toBuilder().setMetadata(numbers("a", "b", "c")).build();
    Document same =
        DOCUMENT.toBuilder()
            .setFormat(Format.PLAIN_TEXT)
            .setMetadata(numbers("c", "a", "b"))
            .setVersion("v")
            .setChunkCount(3)
            .build();
    assertThat(ContentVersion.of(one)).isEqualTo(ContentVersion.of(same)).hasSize(32);
  }
}
