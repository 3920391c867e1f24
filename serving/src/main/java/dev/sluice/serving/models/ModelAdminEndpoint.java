package dev.sluice.serving.models;

import dev.sluice.model.v1.ListModelsRequest;
import dev.sluice.model.v1.ListModelsResponse;
import dev.sluice.model.v1.LoadModelRequest;
import dev.sluice.model.v1.Model;
import dev.sluice.model.v1.ModelAdminServiceGrpc.ModelAdminServiceImplBase;
import dev.sluice.model.v1.SetDefaultModelRequest;
import dev.sluice.model.v1.UnloadModelRequest;
import dev.sluice.model.v1.UnloadModelResponse;
import dev.sluice.serving.failure.Failure;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** The wire side of {@link ModelChanges}: one change at a time. */
final class ModelAdminEndpoint extends ModelAdminServiceImplBase {

  private final ModelChanges<?, ?> changes;
  private final ReentrantLock changing = new ReentrantLock();

  ModelAdminEndpoint(ModelChanges<?, ?> changes) {
    this.changes = changes;
  }

  @Override
  public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> response) {
    answer(response, ListModelsResponse.newBuilder().addAllModels(changes.list()).build());
  }

  @Override
  public void loadModel(LoadModelRequest request, StreamObserver<Model> response) {
    answer(response, change(() -> changes.load(request)));
  }

  @Override
  public void unloadModel(
      UnloadModelRequest request, StreamObserver<UnloadModelResponse> response) {
    answer(response, change(() -> changes.unload(request)));
  }

  @Override
  public void setDefaultModel(SetDefaultModelRequest request, StreamObserver<Model> response) {
    answer(response, change(() -> changes.setDefault(request)));
  }

  private <R> R change(Supplier<R> change) {
    if (!changing.tryLock()) {
      throw new Failure.Precondition("CHANGE_IN_PROGRESS", "another change of models is running");
    }
    try {
      return change.get();
    } finally {
      changing.unlock();
    }
  }

  private static <R> void answer(StreamObserver<R> response, R answer) {
    response.onNext(answer);
    response.onCompleted();
  }
}
