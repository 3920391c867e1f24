package dev.sluice.generate.chat;

import com.hubspot.jinjava.el.JinjavaInterpreterResolver;
import java.util.ArrayList;
import java.util.List;
import jinjava.javax.el.CompositeELResolver;
import jinjava.javax.el.ELContext;
import org.jspecify.annotations.Nullable;

/**
 * Has templates see texts and lists as Python's, where Jinjava shows the Java objects that they
 * are.
 */
final class PythonObjects extends CompositeELResolver {

  PythonObjects() {
    add(JinjavaInterpreterResolver.DEFAULT_RESOLVER_READ_ONLY);
  }

  @Override
  public @Nullable Object getValue(ELContext context, @Nullable Object base, Object property) {
    if (base instanceof String text) {
      context.setPropertyResolved(true);
      return PythonText.at(text, property.toString());
    }
    return super.getValue(context, base, property);
  }

  @Override
  public @Nullable Object invoke(
      ELContext context, Object base, Object method, Class<?>[] types, Object[] arguments) {
    if (base instanceof String text) {
      context.setPropertyResolved(true);
      return PythonText.call(text, method.toString(), arguments);
    }
    if (base instanceof List<?> list && method.equals("reversed")) {
      context.setPropertyResolved(true);
      return new ArrayList<>(list.reversed());
    }
    return super.invoke(context, base, method, types, arguments);
  }
}
