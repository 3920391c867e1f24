package dev.sluice.serving.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import org.junit.jupiter.api.Test;

class StructRulesTest {

  private static Struct object(Value value) {
    return Struct.newBuilder().putFields("a", value).build();
  }

  private static Value number(double number) {
    return Value.newBuilder().setNumberValue(number).build();
  }

  private static Value text(int length) {
    return Value.newBuilder().setStringValue("x".repeat(length)).build();
  }

  @Test
  void whatJsonHasIsTaken() {
    assertThatCode(() -> StructRules.require("metadata", object(number(1e300))))
        .doesNotThrowAnyException();
    assertThat(StructRules.violations("metadata", Struct.getDefaultInstance())).isEmpty();
  }

  @Test
  void numbersThatJsonLacksAreRefusedAtAnyDepth() {
    Value nested =
        Value.newBuilder()
            .setListValue(
                ListValue.newBuilder()
                    .addValues(Value.newBuilder().setStructValue(object(number(Double.NaN)))))
            .build();
    assertThatThrownBy(() -> StructRules.require("metadata", object(nested)))
        .hasMessageContaining("metadata: must have finite numbers");
    assertThat(StructRules.violations("m", object(number(Double.NEGATIVE_INFINITY)))).hasSize(1);
  }

  @Test
  void aValueWithoutAKindIsRefused() {
    assertThat(StructRules.violations("m", object(Value.getDefaultInstance()))).hasSize(1);
  }

  @Test
  void moreBytesThanTheBoundAreRefused() {
    int frame = object(text(StructRules.MOST_BYTES)).getSerializedSize() - StructRules.MOST_BYTES;
    assertThat(StructRules.violations("m", object(text(StructRules.MOST_BYTES - frame)))).isEmpty();
    assertThat(StructRules.violations("m", object(text(StructRules.MOST_BYTES - frame + 1))))
        .hasSize(1);
  }
}
