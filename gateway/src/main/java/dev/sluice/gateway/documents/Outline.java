package dev.sluice.gateway.documents;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects blocks in reading order into sections. Headings without anything below join the next.
 */
final class Outline {

  private final List<Section> sections = new ArrayList<>();
  private List<Section.Heading> path;
  private List<Block> blocks = new ArrayList<>();
  private boolean onlyHeadings = true;

  /** Begins under these headings. */
  Outline(List<Section.Heading> path) {
    this.path = path;
  }

  void heading(Section.Heading heading, Block block) {
    if (!onlyHeadings) {
      finish();
    }
    List<Section.Heading> above =
        path.stream().takeWhile(each -> each.level() < heading.level()).toList();
    path = new ArrayList<>(above);
    path.add(heading);
    blocks.add(block);
  }

  void add(Block block) {
    blocks.add(block);
    onlyHeadings &= block.kind() == Block.Kind.HEADING;
  }

  private void finish() {
    if (!blocks.isEmpty()) {
      sections.add(new Section(List.copyOf(path), blocks));
      blocks = new ArrayList<>();
    }
    onlyHeadings = true;
  }

  List<Section> sections() {
    finish();
    return sections;
  }

  /** The headings at the end. */
  List<Section.Heading> path() {
    return path;
  }
}
