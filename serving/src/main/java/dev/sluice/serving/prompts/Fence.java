package dev.sluice.serving.prompts;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The lines between which texts stand in a prompt. They carry a code that stands in none of the
 * texts and that nobody can know before all of them are written: no text can end its own part, or
 * begin another one. The same texts get the same code, so a prompt can be made again.
 */
public final class Fence {

  private static final int CODE_LENGTH = 12;

  private final String code;

  private Fence(String code) {
    this.code = code;
  }

  /**
   * @param texts all that the prompt is to hold, not only what is fenced in
   */
  public static Fence around(List<String> texts) {
    byte[] digest = digest(texts);
    while (stands(code(digest), texts)) {
      digest = sha256().digest(digest);
    }
    return new Fence(code(digest));
  }

  private static byte[] digest(List<String> texts) {
    MessageDigest digest = sha256();
    for (String text : texts) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      digest.update(Integer.toString(utf8.length).getBytes(StandardCharsets.US_ASCII));
      digest.update((byte) ':');
      digest.update(utf8);
    }
    return digest.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String code(byte[] digest) {
    return HexFormat.of().formatHex(digest).substring(0, CODE_LENGTH);
  }

  private static boolean stands(String code, List<String> texts) {
    return texts.stream().anyMatch(text -> text.contains(code));
  }

  /** What every line of the fence carries. */
  public String code() {
    return code;
  }

  /** A text in its fence, which ends with the end of a line. */
  public String around(String name, String text) {
    return "--- " + code + " " + name + "\n" + text + "\n--- " + code + " end of " + name + "\n";
  }
}
