package dev.sluice.gateway.filter;

import static dev.sluice.gateway.filter.FilterParser.parse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.filter.Filter.All;
import dev.sluice.gateway.filter.Filter.Any;
import dev.sluice.gateway.filter.Filter.Compare;
import dev.sluice.gateway.filter.Filter.Contains;
import dev.sluice.gateway.filter.Filter.Not;
import dev.sluice.gateway.filter.Filter.OneOf;
import dev.sluice.gateway.filter.Filter.Present;
import dev.sluice.gateway.filter.Filter.StartsWith;
import dev.sluice.gateway.filter.Scalar.Flag;
import dev.sluice.gateway.filter.Scalar.Moment;
import dev.sluice.gateway.filter.Scalar.Numeric;
import dev.sluice.gateway.filter.Scalar.Text;
import dev.sluice.serving.failure.Failure.InvalidInput;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilterParserTest {

  private static FieldPath field(String... names) {
    return new FieldPath(List.of(names));
  }

  private static Compare equal(String field, Scalar value) {
    return new Compare(field(field), Comparison.EQUAL, value);
  }

  @Test
  void aFilterIsReadAsItIsWritten() {
    assertThat(parse("lang == \"en\" && year >= 2024 && 'grpc' in tags"))
        .isEqualTo(
            new All(
                List.of(
                    equal("lang", new Text("en")),
                    new Compare(field("year"), Comparison.AT_LEAST, new Numeric(2024)),
                    new Contains(field("tags"), new Text("grpc")))));
    assertThat(parse("!(a != 1.5) || b in ['x', 2, true] || c.d.startsWith('ab')"))
        .isEqualTo(
            new Any(
                List.of(
                    new Not(new Compare(field("a"), Comparison.UNEQUAL, new Numeric(1.5))),
                    new OneOf(field("b"), List.of(new Text("x"), new Numeric(2), new Flag(true))),
                    new StartsWith(field("c", "d"), "ab"))));
  }

  @Test
  void aValueMayStandBeforeItsField() {
    assertThat(parse("2024 < year")).isEqualTo(parse("year > 2024"));
    assertThat(parse("2024 <= year")).isEqualTo(parse("year >= 2024"));
    assertThat(parse("2024 >= year")).isEqualTo(parse("year <= 2024"));
    assertThat(parse("-1 != year")).isEqualTo(parse("year != -1"));
  }

  @Test
  void aFieldAloneIsComparedWithTrue() {
    assertThat(parse("published")).isEqualTo(equal("published", new Flag(true)));
    assertThat(parse("!published")).isEqualTo(new Not(equal("published", new Flag(true))));
  }

  @Test
  void aFieldOfAnyNameCanBeNamed() {
    assertThat(parse("this['my-field'] == 1")).isEqualTo(equal("my-field", new Numeric(1)));
    assertThat(parse("a['b c'].d == 1"))
        .isEqualTo(new Compare(field("a", "b c", "d"), Comparison.EQUAL, new Numeric(1)));
    for (String name : List.of("type", "int", "string", "list", "size", "timestamp", "has")) {
      assertThat(parse(name + " == 1")).isEqualTo(equal(name, new Numeric(1)));
    }
  }

  @Test
  void presenceIsAskedOfFieldsAtAnyDepth() {
    assertThat(parse("has(a)")).isEqualTo(new Present(field("a")));
    assertThat(parse("!has(a.b)")).isEqualTo(new Not(new Present(field("a", "b"))));
    assertThat(parse("has(this['a b']) && has(a['b'].c)"))
        .isEqualTo(new All(List.of(new Present(field("a b")), new Present(field("a", "b", "c")))));
  }

  @Test
  void timesAreComparedAsTimes() {
    var moment = new Moment(Instant.parse("2024-01-31T11:00:00Z"));
    Filter since = new Compare(field("date"), Comparison.AT_LEAST, moment);
    assertThat(parse("date >= timestamp('2024-01-31T12:00:00+01:00')")).isEqualTo(since);
    assertThat(parse("timestamp(date) >= timestamp('2024-01-31T11:00:00Z')")).isEqualTo(since);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "year >                    | at 1:7: mismatched input the end",
        "lang == 'en' AND x        | at 1:14: mismatched input 'AND'",
        "a == 1 && size(b) > 2     | at 1:15: filters have no size(), only",
        "tags.exists(t, t == 'a')  | at 1:12: filters have no exists(), only",
        "a.matches('x')            | at 1:10: filters have no matches(), only",
        "a + 1 == 2                | at 1:3: filters have no +, only",
        "a ? b : c                 | at 1:3: filters have no ?:, only",
        "a == {'b': 1}             | at 1:6: filters have no maps and messages",
        "1 == 'a'                  | at 1:3: found no matching overload for '_==_'",
        "a && 'x'                  | at 1:3: found no matching overload for '_&&_'",
        "'abc'                     | at 1:1: expected type 'bool' but found 'string'",
        "a == b                    | at 1:3: a field is compared with a value",
        "1 == 1                    | at 1:3: a field is compared with a value",
        "true                      | at 1:1: this says nothing of any field",
        "a == null                 | at 1:6: has() says whether a field is there",
        "a < true                  | at 1:3: true and false have no order",
        "a == [1]                  | at 1:6: here stands a value",
        "a in [b]                  | at 1:7: here stands a value",
        "'a' in ['a']              | at 1:1: a field stands before 'in'",
        "this == 1                 | at 1:1: this[\"...\"] names the field",
        "has(1)                    | at 1:5: has() takes a field",
        "has(this[''])             | at 1:9: has() takes a field with a name",
        "has(a[\"\"])               | at 1:6: has() takes a field with a name",
        "a < 1e999                 | at 1:5: a number has at most 308 digits",
        "a in [1, -1e999]          | at 1:11: a number has at most 308 digits",
        "a.startsWith(b)           | at 1:14: here stands a value",
        "a > timestamp('tomorrow') | at 1:14: a time is written as timestamp(",
        "a == b'x'                 | at 1:6: metadata have no values of this type",
      })
  void whatIsNoFilterIsToldWhereAndWhy(String text, String reason) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(InvalidInput.class)
        .hasMessageStartingWith("filter: " + reason);
  }

  @Test
  void theReasonIsOneLineAndShort() {
    for (String text : List.of("a ==\n\n 'b\nc", "a \0 b", "x".repeat(8000) + " y", "a.b(\n")) {
      assertThatThrownBy(() -> parse(text))
          .isInstanceOfSatisfying(
              InvalidInput.class,
              e -> assertThat(e.text()).doesNotContain("\n", "\0").hasSizeLessThan(400));
    }
    assertThatThrownBy(() -> parse("a == 1 &&\n  b == c")).hasMessageContaining("at 2:5: ");
  }

  private static String repeated(int times, String part, String separator) {
    return IntStream.range(0, times).mapToObj(i -> part).collect(Collectors.joining(separator));
  }

  @Test
  void aFilterThatIsTooMuchIsRefused() {
    assertThat(parse(repeated(256, "a == 1", " && "))).isInstanceOf(All.class);
    assertThatThrownBy(() -> parse(repeated(257, "a == 1", " && ")))
        .hasMessageContaining("there are more than 256 conditions");
    assertThatThrownBy(() -> parse("a in [" + repeated(2001, "1", ",") + "]"))
        .hasMessageContaining("is too long");
    assertThatThrownBy(() -> parse("a == '" + "é".repeat(513) + "'"))
        .hasMessageContaining("at 1:6: a string has at most 1024 bytes");
    assertThatThrownBy(() -> parse("a" + "b".repeat(256) + " == 1"))
        .hasMessageContaining("a field's path has at most 256 bytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(", "[", "a.", "a<", "a==", "a?a:", "a in ", "a[", "has(", "{", "!(", "'", "\\", "a&&(",
        "a\n"
      })
  void whatIsNestedWithoutEndIsRefusedAndHarmsNothing(String part) {
    for (String end : List.of("", "a", "1")) {
      assertThatThrownBy(() -> parse(part.repeat(8000 / part.length()) + end))
          .isInstanceOf(InvalidInput.class);
    }
  }

  @Test
  void manyNegationsAreOneOrNone() {
    assertThat(parse("!".repeat(8001) + "a")).isEqualTo(parse("!a"));
    assertThat(parse("!".repeat(8000) + "a")).isEqualTo(parse("a"));
  }
}
