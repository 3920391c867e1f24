package dev.sluice.gateway.filter;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetadataMatchTest {

  private static final String METADATA =
      """
      {"lang": "en", "year": 2024, "zero": -0.0, "draft": false, "tags": ["grpc", 7, true],
       "date": "2024-01-31T12:00:00+01:00", "nothing": null, "text": "b\\uD83D\\uDE00",
       "author": {"name": "Ada", "age": 36}, "none": [], "empty": ""}
      """;

  private static Struct metadata() throws InvalidProtocolBufferException {
    Struct.Builder metadata = Struct.newBuilder();
    JsonFormat.parser().merge(METADATA, metadata);
    return metadata.build();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      value = {
        "lang == 'en'                            => true",
        "lang != 'en'                            => false",
        "lang != 'de'                            => true",
        "lang == 2024 || lang != 2024            => false",
        "!(lang == 2024)                         => true",
        "absent == 'a' || absent != 'a'          => false",
        "!(absent == 'a')                        => true",
        "year >= 2024 && year < 2024.5           => true",
        "year > 2024                             => false",
        "year == '2024'                          => false",
        "zero == 0 && zero >= 0 && zero <= -0.0  => true",
        "draft                                   => false",
        "!draft && draft == false                => true",
        "draft != true                           => true",
        "'grpc' in tags && 7 in tags             => true",
        "true in tags                            => true",
        "'7' in tags                             => false",
        "tags == 'grpc'                          => false",
        "'en' in lang                            => false",
        "lang in ['de', 'en', 5]                 => true",
        "lang in []                              => false",
        "tags in ['grpc']                        => false",
        "author.name == 'Ada' && author.age < 40 => true",
        "author == 'Ada'                         => false",
        "lang.name == 'Ada'                      => false",
        "author.name.startsWith('A')             => true",
        "year.startsWith('2')                    => false",
        "lang.startsWith('')                     => true",
        "absent.startsWith('')                   => false",
        "date == timestamp('2024-01-31T11:00:00Z')   => true",
        "date < timestamp('2024-01-31T11:00:00.5Z')  => true",
        "lang < timestamp('2024-01-31T11:00:00Z')    => false",
        "date.startsWith('2024-01') && date > '2024' => true",
        "has(lang) && has(author.name) && has(tags)  => true",
        "has(author) && has(none) && has(empty)      => true",
        "has(nothing) || has(absent) || has(lang.x)  => false",
        "text > 'b\uFFFD' && text < 'c'              => true",
      })
  void aFilterMeansWhatItsDocumentationSays(String filter, boolean passes) throws Exception {
    assertThat(FilterParser.parse(filter).matches(metadata())).isEqualTo(passes);
  }
}
