import java.io.IOException;
import java.util.Arrays;
import org.codelibs.opensearch.runner.OpenSearchRunner;

/**
 * A node of OpenSearch on loopback. Takes its directory, its HTTP port and settings, each as {@code
 * key=value}; says when it is ready, and ends with its standard input. Started from its source, since
 * its libraries are on no class path of ours.
 */
public final class OpenSearchNode {

  private OpenSearchNode() {}

  public static void main(String[] arguments) throws IOException {
    OpenSearchRunner runner = new OpenSearchRunner();
    runner.onBuild(
        (number, settings) -> {
          settings.put("http.port", arguments[1]);
          settings.put("network.host", "127.0.0.1");
          settings.put("cluster.routing.allocation.disk.threshold_enabled", false);
          Arrays.stream(arguments)
              .skip(2)
              .map(setting -> setting.split("=", 2))
              .forEach(setting -> settings.put(setting[0], setting[1]));
        });
    runner.build(
        OpenSearchRunner.newConfigs()
            .basePath(arguments[0])
            .clusterName("sluice-test")
            .numOfNode(1)
            .pluginTypes("org.opensearch.knn.plugin.KNNPlugin"));
    System.out.println("OpenSearch is ready");
    while (System.in.read() >= 0) {
      // whoever started it is there
    }
    System.exit(0);
  }
}
