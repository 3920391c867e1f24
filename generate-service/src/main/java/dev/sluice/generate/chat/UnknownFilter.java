package dev.sluice.generate.chat;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.Filter;

/** A filter that Jinjava would pass over in silence. It fails when it is reached. */
record UnknownFilter(String name) implements Filter {

  @Override
  public String getName() {
    return name;
  }

  @Override
  public Object filter(Object value, JinjavaInterpreter interpreter, String... arguments) {
    throw new UnsupportedOperationException("the filter " + name + " is not known here");
  }
}
