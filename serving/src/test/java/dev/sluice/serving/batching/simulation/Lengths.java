package dev.sluice.serving.batching.simulation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Token counts of texts of one sort, those that a model adds included. */
@FunctionalInterface
public interface Lengths {

  /** The longest text that the models take; longer ones are cut. */
  int MOST = 512;

  int next(RandomGenerator random);

  /** A log-normal distribution, cut to {@code 3..MOST}. */
  static Lengths logNormal(double median, double sigma) {
    return random -> Math.clamp((int) (median * Math.exp(sigma * random.nextGaussian())), 3, MOST);
  }

  /** Texts of a real set: {@code lengths/NAME.txt} on the class path, integers between spaces. */
  static Lengths trace(String name) {
    int[] lengths = read("/lengths/" + name + ".txt");
    return random -> lengths[random.nextInt(lengths.length)];
  }

  /** Each text from any of these, with the same chance. */
  static Lengths either(Lengths... sorts) {
    List<Lengths> all = List.of(sorts);
    return random -> all.get(random.nextInt(all.size())).next(random);
  }

  /** So many texts in one, cut to {@link #MOST}. */
  default Lengths joined(int texts) {
    return random -> {
      int sum = 0;
      for (int i = 0; i < texts; i++) {
        sum += next(random);
      }
      return Math.min(sum, MOST);
    };
  }

  private static int[] read(String resource) {
    try (@Nullable InputStream content = Lengths.class.getResourceAsStream(resource)) {
      if (content == null) {
        throw new IllegalArgumentException("no " + resource + " on the class path");
      }
      String text = new String(content.readAllBytes(), StandardCharsets.US_ASCII);
      return Arrays.stream(text.strip().split("\\s+")).mapToInt(Integer::parseInt).toArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
