package dev.sluice.gateway.documents;

import java.util.regex.Pattern;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;

/** A heading as people read it, without the marks of emphasis, code and links. */
final class HeadingText extends AbstractVisitor {

  private static final Pattern MARKS = Pattern.compile("[*_`\\[\\]<>&\\\\!]");

  /** Longer ones are odd and stay as they are. */
  private static final int LONGEST = 1024;

  private static final Parser PARSER = Parser.builder().build();

  private final StringBuilder plain = new StringBuilder();

  private HeadingText() {}

  static String plain(String source) {
    if (source.length() > LONGEST || !MARKS.matcher(source).find()) {
      return source;
    }
    HeadingText text = new HeadingText();
    // The mark keeps what looks like another block in one: "# 1. Start" is no list.
    PARSER.parse("# " + source.replace('\n', ' ').replace('\r', ' ')).accept(text);
    return text.plain.toString();
  }

  @Override
  public void visit(Text text) {
    plain.append(text.getLiteral());
  }

  @Override
  public void visit(Code code) {
    plain.append(code.getLiteral());
  }

  @Override
  public void visit(SoftLineBreak lineBreak) {
    plain.append(' ');
  }
}
