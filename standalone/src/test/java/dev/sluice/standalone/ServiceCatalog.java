package dev.sluice.standalone;

import dev.sluice.embed.v1.EmbedServiceGrpc;
import io.grpc.ServiceDescriptor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** All services of all contracts, as the stubs on the class path know them: also the newest one. */
final class ServiceCatalog {

  private static final String STUBS = "dev/sluice";
  private static final String ENDING = "Grpc.class";

  private ServiceCatalog() {}

  static List<ServiceDescriptor> services() throws IOException, URISyntaxException {
    Path place =
        Path.of(EmbedServiceGrpc.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    if (Files.isDirectory(place)) {
      return services(place);
    }
    try (FileSystem jar = FileSystems.newFileSystem(place)) {
      return services(jar.getPath("/"));
    }
  }

  private static List<ServiceDescriptor> services(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root.resolve(STUBS))) {
      return files
          .map(file -> root.relativize(file).toString())
          .filter(name -> name.endsWith(ENDING))
          .sorted()
          .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.'))
          .map(ServiceCatalog::service)
          .toList();
    }
  }

  private static ServiceDescriptor service(String stub) {
    try {
      return (ServiceDescriptor) Class.forName(stub).getMethod("getServiceDescriptor").invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(stub, e);
    }
  }
}
