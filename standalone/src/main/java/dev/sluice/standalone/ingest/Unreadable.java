package dev.sluice.standalone.ingest;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Says in words why a file could not be read. */
public final class Unreadable {

  private Unreadable() {}

  /** The reason, naming the file when the exception does. */
  public static String reason(IOException exception) {
    return switch (exception) {
      case NoSuchFileException missing -> "there is no " + missing.getFile();
      case AccessDeniedException denied -> denied.getFile() + " may not be read (permissions)";
      case FileSystemException broken when broken.getReason() != null ->
          broken.getFile() + ": " + broken.getReason();
      case CharacterCodingException coding -> "not UTF-8";
      default -> exception.getMessage() == null ? exception.toString() : exception.getMessage();
    };
  }
}
