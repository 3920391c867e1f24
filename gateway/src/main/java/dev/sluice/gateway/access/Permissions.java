package dev.sluice.gateway.access;

import dev.sluice.type.v1.Permission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a caller may do. Written as their names in small letters, as {@code search,read}. */
public record Permissions(Set<Permission> all) {

  /** Everything. */
  public static final Permissions EVERY = new Permissions(EnumSet.copyOf(known()));

  public Permissions {
    all = Set.copyOf(all);
  }

  private static List<Permission> known() {
    return Arrays.stream(Permission.values())
        .filter(each -> each != Permission.PERMISSION_UNSPECIFIED)
        .filter(each -> each != Permission.UNRECOGNIZED)
        .toList();
  }

  /** Of names; "all" stands for everything. Empty when one of them is no permission. */
  public static Optional<Permissions> parse(List<String> names) {
    if (names.equals(List.of("all"))) {
      return Optional.of(EVERY);
    }
    Permissions found = among(names);
    boolean everyNameCounts = found.all().size() == names.stream().distinct().count();
    return everyNameCounts && !names.isEmpty() ? Optional.of(found) : Optional.empty();
  }

  /** Those that the names stand for; other names mean something to somebody else. */
  static Permissions among(List<String> names) {
    return new Permissions(
        known().stream()
            .filter(each -> names.contains(name(each)))
            .collect(Collectors.toUnmodifiableSet()));
  }

  boolean include(Permission needed) {
    return all.contains(needed);
  }

  /** As they are parsed. */
  public String written() {
    return known().stream()
        .filter(all::contains)
        .map(Permissions::name)
        .collect(Collectors.joining(","));
  }

  static String name(Permission permission) {
    return permission.name().toLowerCase(Locale.ROOT);
  }

  /** The names that there are. */
  public static String names() {
    return EVERY.written();
  }
}
