package dev.sluice.generate.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.type.v1.Priority;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OutputEstimateTest {

  private final OutputEstimate estimate = new OutputEstimate();

  private static Ticket ticket(Priority priority, int maxTokens) {
    return new Ticket("a", priority, 1, maxTokens);
  }

  @Test
  void itLearnsTheMeanAndWhatNineInTenStayBelow() {
    Random random = new Random(1);
    Ticket ticket = ticket(Priority.INTERACTIVE, 1000);
    for (int i = 0; i < 2000; i++) {
      estimate.observe(ticket, random.nextInt(400) + 1);
    }
    assertThat(estimate.of(ticket).expected()).isBetween(150, 250);
    assertThat(estimate.of(ticket).most()).isBetween(300, 450);
  }

  @Test
  void nothingWritesMoreThanItMay() {
    for (int i = 0; i < 100; i++) {
      estimate.observe(ticket(Priority.BULK, 90), 80);
    }
    assertThat(estimate.of(ticket(Priority.BULK, 64))).isEqualTo(new OutputEstimate.Output(64, 64));
  }

  @Test
  void classesAreApartAndAnUnknownOneTakesTheRatioOfTheOthers() {
    for (int i = 0; i < 500; i++) {
      estimate.observe(ticket(Priority.INTERACTIVE, 100), 50);
    }
    assertThat(estimate.of(ticket(Priority.BULK, 1000)).expected()).isBetween(450, 550);
  }
}
