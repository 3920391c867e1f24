package dev.sluice.serving.server;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.services.MetricRecorder;
import io.grpc.xds.orca.OrcaMetricReportingServerInterceptor;
import java.util.function.DoubleSupplier;

/**
 * Puts a load report (ORCA) into the trailers of every call: the utilisation of the server and the
 * calls a second that it answers.
 */
final class LoadReport implements ServerInterceptor {

  private final DoubleSupplier utilisation;
  private final CallRate rate = new CallRate();
  private final MetricRecorder recorder = MetricRecorder.newInstance();

  LoadReport(DoubleSupplier utilisation) {
    this.utilisation = utilisation;
  }

  /** Sends what this measures; to stand outside of it. */
  ServerInterceptor sender() {
    return OrcaMetricReportingServerInterceptor.create(recorder);
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    var measured =
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            measure();
            super.close(status, trailers);
          }
        };
    return next.startCall(measured, headers);
  }

  private void measure() {
    recorder.setQpsMetric(rate.answered(System.nanoTime()));
    recorder.setApplicationUtilizationMetric(utilisation.getAsDouble());
  }
}
