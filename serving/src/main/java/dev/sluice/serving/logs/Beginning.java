package dev.sluice.serving.logs;

import java.io.IOException;

/** The first characters of a text that is written; then it is full, and says so. */
final class Beginning implements Appendable {

  private final StringBuilder text = new StringBuilder();
  private final int most;

  Beginning(int most) {
    this.most = most;
  }

  @Override
  public Appendable append(CharSequence more) throws IOException {
    return append(more, 0, more.length());
  }

  @Override
  public Appendable append(CharSequence more, int start, int end) throws IOException {
    int room = most - text.length();
    text.append(more, start, Math.min(end, start + room));
    if (end - start > room) {
      throw new IOException("full");
    }
    return this;
  }

  @Override
  public Appendable append(char more) throws IOException {
    return append(String.valueOf(more));
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
