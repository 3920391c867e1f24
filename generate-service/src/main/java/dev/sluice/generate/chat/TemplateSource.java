package dev.sluice.generate.chat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rewrites a template of Jinja where Jinjava reads tags differently: {@code for x in xs if y}, of
 * which it ignores the condition, gets an {@code if} of its own inside ({@code loop} then counts
 * what is left out, too), and {@code generation} blocks, with which training marks what the model
 * wrote, become {@code if true}. What is inside tags is up to {@link TagExpression}.
 */
final class TemplateSource {

  /** A comment, or a tag. */
  private static final Pattern PART =
      Pattern.compile(
          "\\{#.*?#}|(?<tag>\\{[%{](?:" + TagExpression.TEXT + "|[^'\"])*?[%}]})", Pattern.DOTALL);

  private static final Pattern FOR = Pattern.compile("(\\{%[-+]?)\\s*for\\b(.*)", Pattern.DOTALL);

  private static final Pattern CONDITIONAL_FOR =
      Pattern.compile(
          "(?<loop>\\{%[-+]?\\s*for\\s.+?\\sin\\s.+?)\\s+if\\s+(?<condition>(?!.*\\selse\\s).+?)"
              + "\\s*(?<end>[-+]?%})",
          Pattern.DOTALL);

  private static final Pattern END_FOR = Pattern.compile("(\\{%[-+]?)(\\s*endfor\\b.*)");

  private static final Pattern GENERATION =
      Pattern.compile("(\\{%[-+]?)\\s*(end)?generation\\s*([-+]?%})");

  /** Of the loops that are open, whether each has a condition. */
  private final Deque<Boolean> loops = new ArrayDeque<>();

  private TemplateSource() {}

  /** A template of Jinja as one for Jinjava. */
  static String forJinjava(String template) {
    String source =
        template.endsWith("\n") // which Jinja drops
            ? template.substring(0, template.length() - 1)
            : template;
    var rewriting = new TemplateSource();
    return PART.matcher(source)
        .replaceAll(part ->
            Matcher.quoteReplacement(
                part.group("tag") == null ? part.group() : rewriting.tag(part.group("tag"))));
  }

  /** The names of the filters that a template uses. */
  static Set<String> filters(String template) {
    Set<String> names = new TreeSet<>();
    PART.matcher(template)
        .results()
        .map(part -> part.group("tag"))
        .filter(Objects::nonNull)
        .forEach(tag -> names.addAll(TagExpression.filters(tag)));
    return names;
  }

  private String tag(String tag) {
    Matcher generation = GENERATION.matcher(tag);
    if (generation.matches()) {
      String word = generation.group(2) == null ? " if true " : " endif ";
      return generation.group(1) + word + generation.group(3);
    }
    if (FOR.matcher(tag).matches()) {
      return beginLoop(tag);
    }
    Matcher end = END_FOR.matcher(tag);
    if (end.matches() && !loops.isEmpty() && loops.pop()) {
      return end.group(1) + " endif %}{%" + end.group(2);
    }
    return TagExpression.rewrite(tag);
  }

  private String beginLoop(String tag) {
    Matcher loop = CONDITIONAL_FOR.matcher(tag);
    loops.push(loop.matches());
    return loop.matches()
        ? TagExpression.rewrite(loop.group("loop") + " %}")
            + TagExpression.rewrite("{% if " + loop.group("condition") + " " + loop.group("end"))
        : TagExpression.rewrite(tag);
  }
}
