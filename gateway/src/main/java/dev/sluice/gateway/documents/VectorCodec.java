package dev.sluice.gateway.documents;

import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;

/**
 * How new segments are written: each vector as bytes, which the graph and scans read, and as
 * floats, which exact scores are made of. Segments of older settings stay readable: Lucene notes
 * the format of each, and writes it anew when it merges.
 */
final class VectorCodec {

  private static final int CONNECTIONS = 16;
  private static final int BEAM_WIDTH = 100;

  /**
   * A segment of n vectors gets a graph when ln(n) times this is below n: from 9,100 vectors.
   * Smaller ones are scanned, so that a commit does not wait for a graph that the next merge throws
   * away.
   */
  private static final int GRAPH_THRESHOLD = 1000;

  private static final KnnVectorsFormat FORMAT =
      new Lucene104HnswScalarQuantizedVectorsFormat(
          ScalarEncoding.UNSIGNED_BYTE, CONNECTIONS, BEAM_WIDTH, 1, null, GRAPH_THRESHOLD);

  private VectorCodec() {}

  static Codec codec() {
    return new Lucene104Codec() {
      @Override
      public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
        return FORMAT;
      }
    };
  }
}
