package dev.sluice.gateway.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import dev.sluice.gateway.v1.Collection.MetadataType;
import dev.sluice.serving.failure.Failure.InvalidInput;
import dev.sluice.serving.failure.Failure.Violation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataTypesTest {

  private static final MetadataTypes TYPES =
      MetadataTypes.of(
          Map.of(
              "year", MetadataType.NUMBER,
              "lang", MetadataType.STRING,
              "draft", MetadataType.BOOL,
              "date", MetadataType.TIMESTAMP,
              "tags", MetadataType.LIST_OF_STRING,
              "a.b", MetadataType.LIST_OF_NUMBER,
              "this['my-field']", MetadataType.NUMBER));

  private static Struct json(String text) throws InvalidProtocolBufferException {
    Struct.Builder struct = Struct.newBuilder();
    JsonFormat.parser().merge(text, struct);
    return struct.build();
  }

  @Test
  void pathsAreGivenBackAsFiltersWriteThem() {
    assertThat(TYPES.written().keySet())
        .containsExactly("a.b", "date", "draft", "lang", "tags", "this[\"my-field\"]", "year");
    assertThat(MetadataTypes.of(TYPES.written())).isEqualTo(TYPES);
  }

  @Test
  void anyNameOfAFieldCanBeWrittenAndRead() {
    for (List<String> names :
        List.of(
            List.of("this"),
            List.of("in", "a"),
            List.of("a", "this", "true"),
            List.of("a\"b\\c", "\n\u0007"),
            List.of("ä 😀", "", "1a"))) {
      FieldPath path = new FieldPath(names);
      assertThat(FilterParser.field(path.text())).as(path.text()).contains(path);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a ==", "a == 1", "1", "this", "a[0]", "size(a)", "has(a.b)", "'a'"})
  void whatNamesNoFieldCannotBeDeclared(String text) {
    assertThatThrownBy(() -> MetadataTypes.of(Map.of(text, MetadataType.BOOL)))
        .isInstanceOf(InvalidInput.class)
        .hasMessageStartingWith("metadata_types[" + text + "]: ");
  }

  @Test
  void aFieldHasOneTypeAndNoFieldsWithin() {
    for (String other : List.of("this.a", "a['b']", "a.b.c", "this['a']['b']")) {
      assertThatThrownBy(
              () -> MetadataTypes.of(Map.of("a.b", MetadataType.BOOL, other, MetadataType.STRING)))
          .isInstanceOf(InvalidInput.class);
    }
  }

  @Test
  void documentsOfTheDeclaredTypesPass() throws Exception {
    for (String good :
        List.of(
            "{}",
            "{'year': null, 'tags': null}",
            "{'year': 1.5, 'lang': 'en', 'draft': false, 'date': '2024-01-31T12:00:00Z'}",
            "{'tags': [], 'a': {'b': [1, 2]}, 'my-field': 3, 'other': {'x': [1, 'a']}}",
            "{'tags': ['a', 'b'], 'a': 'b', 'lang': '2024-01-31T12:00:00Z'}")) {
      assertThat(TYPES.violations("m", json(good))).as(good).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'year': '2024'}         | m.year | is declared NUMBER, here it is a string",
        "{'lang': 1}              | m.lang | is declared STRING, here it is a number",
        "{'draft': 'true'}        | m.draft | is declared BOOL, here it is a string",
        "{'date': '2024-01-31'}   | m.date | is declared TIMESTAMP, here it is a string",
        "{'date': 12}             | m.date | is declared TIMESTAMP, here it is a number",
        "{'tags': 'a'}            | m.tags | is declared LIST_OF_STRING, here it is a string",
        "{'tags': ['a', 1]}       | m.tags | is declared LIST_OF_STRING, here it is a list with a"
            + " string and a number",
        "{'tags': ['a', null]}    | m.tags | is declared LIST_OF_STRING, here it is a list with a"
            + " string and null",
        "{'a': {'b': [true]}}     | m.a.b | is declared LIST_OF_NUMBER, here it is a list with true"
            + " or false",
        "{'my-field': {'x': 1}}   | m[\"my-field\"] | is declared NUMBER, here it is an object",
      })
  void aDocumentOfAnotherTypeIsToldWhichField(String json, String field, String reason)
      throws Exception {
    assertThat(TYPES.violations("m", json(json))).containsExactly(new Violation(field, reason));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "year >= 2024 && lang == 'en' && !draft",
        "year in [1, 2] || lang.startsWith('e') || 'x' in tags || 1 in a.b",
        "has(year) && has(date) && date > timestamp('2024-01-31T12:00:00Z')",
        "undeclared == 'a' && undeclared == 1 && this['my-field'] != 2",
      })
  void filtersOfTheDeclaredTypesPass(String filter) {
    assertThat(FilterParser.parse(filter, TYPES)).isEqualTo(FilterParser.parse(filter));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "year == '2024'        | at 1:6: year is a NUMBER, here it is compared with a string",
        "'2024' == year        | at 1:8: year is a NUMBER, here it is compared with a string",
        "a == 1 && lang < 2    | at 1:16: lang is a STRING, here it is compared with a number",
        "lang                  | at 1:1: lang is a STRING, here it is compared with true or false",
        "year in [1, 'x']      | at 1:6: year is a NUMBER, here it is compared with a string",
        "date > '2024-01-31'   | at 1:6: date is a TIMESTAMP, here it is compared with a string",
        "lang > timestamp('2024-01-31T12:00:00Z') | at 1:6: lang is a STRING, here it is compared"
            + " with a time",
        "year.startsWith('2')  | at 1:16: year is a NUMBER, here it is compared with a string",
        "1 in tags             | at 1:3: tags is a LIST_OF_STRING, here it is searched for a"
            + " number",
        "'x' in lang           | at 1:5: lang is a STRING, here it is searched for a string",
        "tags == 'x'           | at 1:6: tags is a LIST_OF_STRING, here it is compared with a"
            + " string",
        "year.month == 1       | at 1:12: year is a NUMBER and has no fields",
        "this['my-field'] == 'x' | at 1:18: this[\"my-field\"] is a NUMBER, here it is compared"
            + " with a string",
      })
  void aFilterOfAnotherTypeIsToldWhere(String filter, String reason) {
    assertThatThrownBy(() -> FilterParser.parse(filter, TYPES))
        .isInstanceOf(InvalidInput.class)
        .hasMessageContaining(reason);
  }
}
