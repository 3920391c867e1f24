package dev.sluice.standalone.cli;

import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A name that the contract allows for a collection. */
record CollectionName(String value) {

  private static final Pattern RULE = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

  /** No name; picocli replaces it, because the option is required. */
  static final CollectionName NONE = new CollectionName("");

  static final class Converter implements ITypeConverter<CollectionName> {
    @Override
    public CollectionName convert(String value) {
      return new CollectionName(checked(value, "collection"));
    }
  }

  /** The value, when it can name such a thing. */
  static String checked(String value, String kind) {
    if (!RULE.matcher(value).matches()) {
      throw new TypeConversionException(
          "'"
              + value
              + "' cannot name a "
              + kind
              + ": use 1 to 64 small letters, digits, '-' and '_',"
              + " starting with a letter or a digit");
    }
    return value;
  }

  @Override
  public String toString() {
    return value;
  }
}
