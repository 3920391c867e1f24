package dev.sluice.gateway.access;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Claims by their names, or by paths into objects, as {@code realm_access.roles}. */
final class TokenClaim {

  private TokenClaim() {}

  /** Empty where there is no such text. */
  static String text(Map<String, ?> claims, String name) {
    return find(claims, name) instanceof String text ? text : "";
  }

  /** Of a list, or of a text with spaces or commas between them. */
  static List<String> words(Map<String, ?> claims, String name) {
    return switch (find(claims, name)) {
      case List<?> list ->
          list.stream().filter(String.class::isInstance).map(String.class::cast).toList();
      case String text -> List.of(text.strip().split("[\\s,]+"));
      case null, default -> List.of();
    };
  }

  private static @Nullable Object find(Map<?, ?> claims, String name) {
    Object named = claims.get(name);
    int dot = name.indexOf('.');
    if (named != null || dot < 0) {
      return named;
    }
    return claims.get(name.substring(0, dot)) instanceof Map<?, ?> inner
        ? find(inner, name.substring(dot + 1))
        : null;
  }
}
