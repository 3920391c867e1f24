package dev.sluice.gateway;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Channel;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** All methods that a server serves, as it says itself. */
final class ServedMethods {

  private ServedMethods() {}

  /** As {@code sluice.gateway.v1.SearchService/Search}. */
  static SortedSet<String> of(Channel channel) {
    SortedSet<String> methods = new TreeSet<>();
    ask(channel, ServerReflectionRequest.newBuilder().setListServices(""))
        .getListServicesResponse()
        .getServiceList()
        .stream()
        .map(ServiceResponse::getName)
        .forEach(service -> methods.addAll(of(channel, service)));
    return methods;
  }

  /** Those of Sluice's own contracts. */
  static SortedSet<String> ownOf(Channel channel) {
    SortedSet<String> methods = of(channel);
    methods.removeIf(method -> method.startsWith("grpc."));
    return methods;
  }

  private static List<String> of(Channel channel, String service) {
    return ask(channel, ServerReflectionRequest.newBuilder().setFileContainingSymbol(service))
        .getFileDescriptorResponse()
        .getFileDescriptorProtoList()
        .stream()
        .map(ServedMethods::file)
        .flatMap(file ->
            file.getServiceList().stream()
                .filter(each -> service.equals(file.getPackage() + "." + each.getName())))
        .flatMap(each -> each.getMethodList().stream())
        .map(method -> service + "/" + method.getName())
        .toList();
  }

  private static FileDescriptorProto file(ByteString bytes) {
    try {
      return FileDescriptorProto.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static ServerReflectionResponse ask(
      Channel channel, ServerReflectionRequest.Builder question) {
    var answer = new CompletableFuture<ServerReflectionResponse>();
    StreamObserver<ServerReflectionRequest> questions =
        ServerReflectionGrpc.newStub(channel)
            .withDeadlineAfter(60, TimeUnit.SECONDS)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse response) {
                    answer.complete(response);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    answer.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {}
                });
    questions.onNext(question.build());
    questions.onCompleted();
    return answer.join();
  }
}
