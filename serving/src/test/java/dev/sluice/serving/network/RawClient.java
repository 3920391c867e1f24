package dev.sluice.serving.network;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** A client that writes frames of HTTP/2 as it likes, which no library would. */
final class RawClient implements AutoCloseable {

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GO_AWAY = 7;

  private static final int ACKNOWLEDGED = 1;
  private static final int END_HEADERS = 4;
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CANCEL = HexFormat.of().parseHex("00000008");
  private static final int HEADER_BYTES = 9;
  private static final int MOST_OF_A_FRAME = 16 << 10;
  private static final int PATIENCE_MILLIS = 60_000;

  private final Socket socket;
  private final OutputStream out;
  private final DataInputStream in;
  private int nextStream = 1;

  /** One frame that the server wrote. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Frame(int type, int stream, byte[] payload) {

    /** The error code of a GOAWAY. */
    int error() {
      return ByteBuffer.wrap(payload).getInt(4);
    }
  }

  /** Connects, and says nothing. */
  RawClient(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    out = socket.getOutputStream();
    in = new DataInputStream(socket.getInputStream());
  }

  /** Greets the server as HTTP/2 asks. */
  RawClient greet() throws IOException {
    out.write(PREFACE);
    write(SETTINGS, 0, 0, new byte[0]);
    return this;
  }

  /** Writes what is no frame. */
  void bytes(int... bytes) throws IOException {
    for (int each : bytes) {
      out.write(each);
    }
  }

  /** Accepts the server's settings, which hold from then on. */
  void acknowledge() throws IOException {
    awaitFrame(SETTINGS);
    write(SETTINGS, ACKNOWLEDGED, 0, new byte[0]);
  }

  void ping() throws IOException {
    write(PING, 0, 0, new byte[8]);
  }

  /** Begins a call whose request never comes. */
  int beginCall(String path) throws IOException {
    int stream = nextStream;
    nextStream += 2;
    write(HEADERS, END_HEADERS, stream, headers(path));
    return stream;
  }

  /** Bytes of a call's request, which does not end with them. */
  void data(int stream, byte[] bytes) throws IOException {
    for (int at = 0; at < bytes.length; at += MOST_OF_A_FRAME) {
      int end = Math.min(at + MOST_OF_A_FRAME, bytes.length);
      write(DATA, 0, stream, Arrays.copyOfRange(bytes, at, end));
    }
  }

  void cancel(int stream) throws IOException {
    write(RST_STREAM, 0, stream, CANCEL);
  }

  /** HPACK without compression: indexed where the static table has it, else literal. */
  private static byte[] headers(String path) {
    var block = new ByteArrayOutputStream();
    block.write(0x83); // :method POST
    block.write(0x86); // :scheme http
    literal(block, 0x04, path); // :path
    literal(block, 0x01, "localhost"); // :authority
    block.write(0x0f); // content-type, number 31
    block.write(0x10);
    text(block, "application/grpc");
    block.write(0x00);
    text(block, "te");
    text(block, "trailers");
    return block.toByteArray();
  }

  private static void literal(ByteArrayOutputStream block, int name, String value) {
    block.write(name);
    text(block, value);
  }

  /** Shorter than 127 bytes. */
  private static void text(ByteArrayOutputStream block, String value) {
    block.write(value.length());
    block.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
  }

  private void write(int type, int flags, int stream, byte[] payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(HEADER_BYTES + payload.length);
    frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
    frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
    out.write(frame.array());
  }

  /**
   * @throws IOException when the server has closed the connection, or says nothing for a minute
   */
  Frame read() throws IOException {
    int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
    int type = in.readUnsignedByte();
    in.readUnsignedByte();
    int stream = in.readInt();
    byte[] payload = new byte[length];
    in.readFully(payload);
    return new Frame(type, stream, payload);
  }

  /** Reads up to a frame of a kind. */
  Frame awaitFrame(int type) throws IOException {
    Frame frame = read();
    while (frame.type() != type) {
      frame = read();
    }
    return frame;
  }

  /** Returns when the server has closed the connection. */
  void awaitEnd() throws IOException {
    byte[] rest = new byte[1024];
    try {
      while (in.read(rest) >= 0) {}
    } catch (SocketException reset) {
      // an end as well
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
