package dev.sluice.serving.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.failure.Failure;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class RequestSizesTest {

  /** What the transport hands over. */
  private static final class Received extends ByteArrayInputStream implements KnownLength {
    Received(int length) {
      super(new byte[length]);
    }
  }

  /** Counts what it is asked to parse. */
  private static final class Counting implements Marshaller<Object> {
    private int parsed;

    @Override
    public InputStream stream(Object value) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Object parse(InputStream stream) {
      parsed++;
      return "a request";
    }
  }

  private final Counting strict = new Counting();

  private Object parse(String method, int length) {
    MethodDescriptor<Object, Object> descriptor =
        MethodDescriptor.newBuilder(strict, strict)
            .setType(MethodType.UNARY)
            .setFullMethodName(method)
            .build();
    return Unparseable.tolerant(descriptor).parse(new Received(length));
  }

  @Test
  void aRequestLargerThanItsMethodTakesIsNotParsed() {
    Object request = parse("sluice.gateway.v1.SearchService/Search", RequestSizes.SMALL + 1);
    assertThat(strict.parsed).isZero();
    assertThatThrownBy(() -> new RequestRules().check(request))
        .isInstanceOf(Failure.InvalidInput.class)
        .hasMessageContaining("request: must have at most 1048576 bytes");
  }

  @Test
  void aRequestAsLargeAsItsMethodTakesIsParsed() {
    assertThat(parse("sluice.gateway.v1.SearchService/Search", RequestSizes.SMALL))
        .isEqualTo("a request");
  }

  @Test
  void aRequestThatCarriesTextsIsBoundedByTheServerAlone() {
    assertThat(parse("sluice.embed.v1.EmbedService/Embed", 4 * RequestSizes.SMALL))
        .isEqualTo("a request");
  }
}
