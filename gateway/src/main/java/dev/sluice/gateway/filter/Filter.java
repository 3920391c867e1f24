package dev.sluice.gateway.filter;

import com.google.protobuf.Struct;
import java.util.List;

/**
 * Which documents a call is about, by their metadata. {@link MetadataMatch} says what each kind
 * means; every store finds exactly the documents that it lets pass.
 */
public sealed interface Filter {

  /** Whether a document of these metadata passes. */
  default boolean matches(Struct metadata) {
    return new MetadataMatch(metadata).matches(this);
  }

  /** All of the parts, at least one. */
  record All(List<Filter> parts) implements Filter {}

  /** Any of the parts, at least one. */
  record Any(List<Filter> parts) implements Filter {}

  /** What the part does not let pass. */
  record Not(Filter part) implements Filter {}

  /** A field against a value; flags are only equal or unequal. */
  record Compare(FieldPath field, Comparison comparison, Scalar value) implements Filter {}

  /** A field that equals one of the values, of which there may be none. */
  record OneOf(FieldPath field, List<Scalar> values) implements Filter {}

  /** A field that is a list with this element. */
  record Contains(FieldPath field, Scalar element) implements Filter {}

  /** A field that is a string with this beginning. */
  record StartsWith(FieldPath field, String prefix) implements Filter {}

  /** A field that is there and not null. */
  record Present(FieldPath field) implements Filter {}
}
