package dev.sluice.gateway.documents;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sluice.gateway.filter.FieldPath;
import dev.sluice.gateway.filter.Scalar;
import dev.sluice.gateway.filter.Scalar.Flag;
import dev.sluice.gateway.filter.Scalar.Moment;
import dev.sluice.gateway.filter.Scalar.Numeric;
import dev.sluice.gateway.filter.Scalar.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.lucene.util.BytesRef;

/**
 * Metadata as terms of one index field: for each path, that it is there, the types of its value,
 * the value, and the elements of a list. One field for all paths, because every field of an index
 * costs for ever, and callers name theirs as they like. Within a type terms are in order.
 */
public final class MetadataTerms {

  private final List<BytesRef> terms = new ArrayList<>();

  private MetadataTerms() {}

  /** All terms of a document's metadata; those of paths that are too long are left out. */
  public static List<BytesRef> of(Struct metadata) {
    MetadataTerms collected = new MetadataTerms();
    collected.addFields(List.of(), metadata);
    return collected.terms;
  }

  /** That a field is there and not null. */
  public static BytesRef present(FieldPath field) {
    return new TermBytes(field, 'p').bytes();
  }

  /** That a field's value is of the type of a scalar. */
  public static BytesRef typed(FieldPath field, Scalar like) {
    return new TermBytes(field, 'k').add(type(like)).bytes();
  }

  /** That a field has a value. */
  public static BytesRef value(FieldPath field, Scalar value) {
    return with(new TermBytes(field, 'v'), value);
  }

  /** The beginning of the terms of all values of a scalar's type, which is the term of none. */
  public static BytesRef values(FieldPath field, Scalar like) {
    return new TermBytes(field, 'v').add(type(like)).bytes();
  }

  /** That a field is a list with an element. */
  public static BytesRef element(FieldPath field, Scalar element) {
    return with(new TermBytes(field, 'e'), element);
  }

  private static char type(Scalar value) {
    return switch (value) {
      case Text _ -> 's';
      case Numeric _ -> 'n';
      case Flag _ -> 'b';
      case Moment _ -> 't';
    };
  }

  private static BytesRef with(TermBytes term, Scalar value) {
    term.add(type(value));
    return switch (value) {
      case Text(String text) -> term.add(text).bytes();
      case Numeric(double number) -> term.add(number).bytes();
      case Flag(boolean flag) -> term.add(flag ? '1' : '0').bytes();
      case Moment(var instant) -> term.add(instant).bytes();
    };
  }

  private void addFields(List<String> outer, Struct fields) {
    fields
        .getFieldsMap()
        .forEach((name, value) -> {
          List<String> names = new ArrayList<>(outer);
          names.add(name);
          FieldPath path = new FieldPath(names);
          if (path.length() <= FieldPath.LONGEST && !value.hasNullValue()) {
            add(path, value);
          }
        });
  }

  private void add(FieldPath path, Value value) {
    terms.add(present(path));
    if (value.hasStructValue()) {
      addFields(path.names(), value.getStructValue());
    } else if (value.hasListValue()) {
      for (Value each : value.getListValue().getValuesList()) {
        forEachScalar(each, element -> terms.add(element(path, element)));
      }
    } else {
      forEachScalar(
          value,
          scalar -> {
            terms.add(typed(path, scalar));
            terms.add(value(path, scalar));
          });
    }
  }

  /** A string may be a point in time too. */
  private static void forEachScalar(Value value, Consumer<Scalar> scalars) {
    switch (value.getKindCase()) {
      case STRING_VALUE -> {
        scalars.accept(new Text(value.getStringValue()));
        Scalar.moment(value.getStringValue()).ifPresent(scalars);
      }
      case NUMBER_VALUE -> scalars.accept(new Numeric(value.getNumberValue()));
      case BOOL_VALUE -> scalars.accept(new Flag(value.getBoolValue()));
      case NULL_VALUE, STRUCT_VALUE, LIST_VALUE, KIND_NOT_SET -> {}
    }
  }
}
