package dev.sluice.bench.overload;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Reads of a response no more than how often one of its fields stands in it.
 *
 * @param field its number; 0 for none
 */
record CountedField(int field) implements Marshaller<Integer> {

  @Override
  public InputStream stream(Integer count) {
    throw new UnsupportedOperationException("only read");
  }

  @Override
  public Integer parse(InputStream stream) {
    try {
      CodedInputStream input = CodedInputStream.newInstance(stream);
      int count = 0;
      for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
        count += WireFormat.getTagFieldNumber(tag) == field ? 1 : 0;
        input.skipField(tag);
      }
      return count;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
