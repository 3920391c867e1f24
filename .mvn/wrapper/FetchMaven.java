import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Properties;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Prints the home directory of the Maven that the properties file names, fetching and unpacking it
 * first when it is not there yet. Checks the download against the SHA-256 in that file.
 */
final class FetchMaven {

  public static void main(String[] arguments) throws Exception {
    var properties = new Properties();
    try (var reader = Files.newBufferedReader(Path.of(arguments[0]))) {
      properties.load(reader);
    }
    try {
      String url = mirrored(properties.getProperty("distributionUrl"));
      System.out.println(home(url, properties.getProperty("distributionSha256Sum")));
    } catch (IOException e) {
      System.err.println("Cannot fetch Maven from Maven Central: " + e);
      System.exit(1);
    }
  }

  /** Honours MVNW_REPOURL, the usual switch for those who have a mirror of Maven Central. */
  private static String mirrored(String url) {
    String mirror = System.getenv("MVNW_REPOURL");
    return mirror == null || mirror.isBlank()
        ? url
        : url.replaceFirst("^https://repo\\.maven\\.apache\\.org/maven2", mirror);
  }

  private static Path home(String url, String sha256) throws IOException, InterruptedException {
    String archive = url.substring(url.lastIndexOf('/') + 1);
    String name = archive.replace("-bin.zip", "");
    Path dists = Path.of(System.getProperty("user.home"), ".m2", "wrapper", "dists", "sluice");
    Path home = dists.resolve(name);
    if (!Files.isDirectory(home)) {
      System.err.println("Fetching " + name + " once into " + dists);
      Files.createDirectories(dists);
      Path staging = Files.createTempDirectory(dists, "unpack");
      unpack(verified(url, sha256), staging);
      move(staging.resolve(name), home);
      Files.deleteIfExists(staging);
    }
    return home;
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.isDirectory(to)) { // another build may have been faster
        throw e;
      }
    }
  }

  private static byte[] verified(String url, String sha256)
      throws IOException, InterruptedException {
    byte[] archive = get(url);
    String found = HexFormat.of().formatHex(digest(archive));
    if (!found.equalsIgnoreCase(sha256)) {
      throw new IOException("the SHA-256 of " + url + " is " + found + ", not " + sha256);
    }
    return archive;
  }

  private static byte[] digest(byte[] content) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(content);
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] get(String url) throws IOException, InterruptedException {
    try (var client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build()) {
      var request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofMinutes(5)).build();
      var response = client.send(request, BodyHandlers.ofByteArray());
      if (response.statusCode() != 200) {
        throw new IOException("HTTP status " + response.statusCode() + " for " + url);
      }
      return response.body();
    }
  }

  private static void unpack(byte[] archive, Path target) throws IOException {
    try (var zip = new ZipInputStream(new java.io.ByteArrayInputStream(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        write(zip, entry, target.resolve(entry.getName()).normalize(), target);
      }
    }
  }

  private static void write(InputStream content, ZipEntry entry, Path file, Path target)
      throws IOException {
    if (!file.startsWith(target)) {
      throw new IOException("entry outside the archive: " + entry.getName());
    }
    if (entry.isDirectory()) {
      Files.createDirectories(file);
      return;
    }
    Files.createDirectories(file.getParent());
    Files.copy(content, file);
    if (file.getParent().endsWith("bin")) {
      file.toFile().setExecutable(true);
    }
  }
}
