package dev.sluice.standalone.eval;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/**
 * What an evaluation of answers found. An abstention on an answerable question is a miss in every
 * share, and counted in {@code wrong_abstentions} as well.
 */
public record AnswerReport(
    List<JudgedAnswer> answerable, List<JudgedAnswer> unanswerable, List<JudgedAnswer> offTopic) {

  /** The share of wrong abstentions at which the best threshold is looked for. */
  private static final double TENTH = 0.1;

  private record Figure(String key, OptionalDouble value) {}

  private List<Figure> figures() {
    OptionalDouble threshold = Separation.threshold(support(answerable), TENTH);
    return List.of(
        new Figure("right_passage_first", share(answerable, JudgedAnswer::rightPassageFirst)),
        new Figure("answer_in_first_sentence", share(answerable, JudgedAnswer::inFirstSentence)),
        new Figure("answer_in_top_three", share(answerable, JudgedAnswer::inTopThree)),
        new Figure("wrong_abstentions", share(answerable, JudgedAnswer::abstained)),
        new Figure("unanswerable_abstained", share(unanswerable, JudgedAnswer::abstained)),
        new Figure("off_topic_abstained", share(offTopic, JudgedAnswer::abstained)),
        new Figure("auc_unanswerable", Separation.auc(support(answerable), support(unanswerable))),
        new Figure("auc_off_topic", Separation.auc(support(answerable), support(offTopic))),
        new Figure("threshold_at_tenth_wrong", threshold),
        new Figure("off_topic_caught_at_tenth_wrong", caught(threshold)));
  }

  private OptionalDouble caught(OptionalDouble threshold) {
    return threshold.isPresent()
        ? Separation.shareBelow(support(offTopic), threshold.getAsDouble())
        : OptionalDouble.empty();
  }

  private static OptionalDouble share(List<JudgedAnswer> answers, Predicate<JudgedAnswer> which) {
    return answers.stream().mapToDouble(answer -> which.test(answer) ? 1 : 0).average();
  }

  private static List<Double> support(List<JudgedAnswer> answers) {
    return answers.stream()
        .filter(answer -> answer.support().isPresent())
        .map(answer -> answer.support().getAsDouble())
        .toList();
  }

  private long degraded() {
    return List.of(answerable, unanswerable, offTopic).stream()
        .flatMap(List::stream)
        .filter(JudgedAnswer::degraded)
        .count();
  }

  /** One figure a key; null where there was nothing to measure. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    for (Figure figure : figures()) {
      if (figure.value().isPresent()) {
        json.put(figure.key(), Rounded.of(figure.value().getAsDouble()));
      } else {
        json.putNull(figure.key());
      }
    }
    return json.put("answerable", answerable.size())
        .put("unanswerable", unanswerable.size())
        .put("off_topic", offTopic.size())
        .put("degraded", degraded());
  }

  /** For people. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (Figure figure : figures()) {
      if (figure.value().isPresent()) {
        double value = figure.value().getAsDouble();
        lines.add(String.format(Locale.ROOT, "%-34s %.4f", figure.key(), value));
      }
    }
    lines.add(
        "%d answerable, %d unanswerable, %d off topic; %d answered in part"
            .formatted(answerable.size(), unanswerable.size(), offTopic.size(), degraded()));
    return lines;
  }
}
