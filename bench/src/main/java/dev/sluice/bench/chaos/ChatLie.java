package dev.sluice.bench.chaos;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** How a server of the OpenAI API answers a chat completion: truly, or as it should not. */
enum ChatLie {
  NONE {
    @Override
    void tell(OutputStream out) throws IOException, InterruptedException {
      for (String piece : PIECES) {
        text(out, piece);
        TimeUnit.MILLISECONDS.sleep(5);
      }
      end(out);
    }
  },
  /** Bytes that are no events, after the first words. */
  GARBAGE {
    @Override
    void tell(OutputStream out) throws IOException {
      text(out, PIECES.getFirst());
      send(out, "data: {\"choices\":[{\"delta\":\n\ndata: [[[\n\n");
      byte[] noise = new byte[2000];
      new Random(1).nextBytes(noise);
      out.write(noise);
      out.flush();
    }
  },
  /** JSON of another kind. */
  OTHER_SHAPE {
    @Override
    void tell(OutputStream out) throws IOException {
      send(out, "data: {\"choices\":\"none\",\"delta\":7}\n\n");
      send(out, "data: {\"hello\":[1,2,3]}\n\n");
    }
  },
  /** One word in a while. */
  DRIP {
    @Override
    void tell(OutputStream out) throws IOException, InterruptedException {
      for (String piece : PIECES) {
        text(out, piece);
        TimeUnit.MILLISECONDS.sleep(1500);
      }
      end(out);
    }
  },
  /** Never stops, whatever bound it was given. */
  ENDLESS {
    @Override
    void tell(OutputStream out) throws IOException, InterruptedException {
      while (true) {
        text(out, ENDLESS_WORD);
        TimeUnit.MILLISECONDS.sleep(2);
      }
    }
  },
  /** Ends in the middle of a sentence without saying so. */
  BROKEN_OFF {
    @Override
    void tell(OutputStream out) throws IOException {
      text(out, PIECES.get(0));
      text(out, PIECES.get(1));
    }
  },
  /** Takes the request and says nothing. */
  SILENT {
    @Override
    void tell(OutputStream out) throws InterruptedException {
      TimeUnit.SECONDS.sleep(60);
    }
  };

  static final String ENDLESS_WORD = "on and ";

  private static final List<String> PIECES =
      List.of("The gate ", "opens at ", "its level. ", "Until then ", "it holds ", "the river.");

  /** What it writes when it does not lie. */
  static final String TRUTH = String.join("", PIECES);

  /** Writes an answer's body. */
  abstract void tell(OutputStream out) throws IOException, InterruptedException;

  private static void text(OutputStream out, String text) throws IOException {
    send(out, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text + "\"}}]}\n\n");
  }

  private static void end(OutputStream out) throws IOException {
    send(out, "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n");
    send(out, "data: [DONE]\n\n");
  }

  private static void send(OutputStream out, String event) throws IOException {
    out.write(event.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
