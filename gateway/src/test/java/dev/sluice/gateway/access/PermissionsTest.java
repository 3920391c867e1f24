package dev.sluice.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.embed.v1.EmbedProto;
import dev.sluice.gateway.v1.AnswerServiceProto;
import dev.sluice.gateway.v1.CollectionServiceProto;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.DocumentServiceProto;
import dev.sluice.gateway.v1.GroundingServiceProto;
import dev.sluice.gateway.v1.SearchServiceProto;
import dev.sluice.gateway.v1.SnapshotServiceProto;
import dev.sluice.generate.v1.GenerateProto;
import dev.sluice.model.v1.ModelAdminServiceGrpc;
import dev.sluice.rerank.v1.RerankProto;
import dev.sluice.type.v1.Permission;
import dev.sluice.type.v1.PermissionProto;
import io.grpc.channelz.v1.ChannelzGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PermissionsTest {

  @Test
  void everyMethodOfTheGatewaysContractsSaysWhatItNeeds() {
    assertThat(
            Stream.of(
                    AnswerServiceProto.getDescriptor(),
                    CollectionServiceProto.getDescriptor(),
                    DocumentServiceProto.getDescriptor(),
                    GroundingServiceProto.getDescriptor(),
                    SearchServiceProto.getDescriptor(),
                    SnapshotServiceProto.getDescriptor(),
                    EmbedProto.getDescriptor(),
                    RerankProto.getDescriptor(),
                    GenerateProto.getDescriptor())
                .flatMap(file -> file.getServices().stream())
                .flatMap(service -> service.getMethods().stream())
                .filter(method ->
                    method.getOptions().getExtension(PermissionProto.permission)
                        == Permission.PERMISSION_UNSPECIFIED)
                .map(method -> method.getFullName()))
        .as("methods that would take no calls: give them the option sluice.type.v1.permission")
        .isEmpty();
  }

  @Test
  void aMethodNeedsWhatItsContractSays() {
    assertThat(RequiredPermission.of(DocumentServiceGrpc.getGetDocumentMethod()))
        .isEqualTo(Permission.READ);
    assertThat(RequiredPermission.of(DocumentServiceGrpc.getUpsertDocumentsMethod()))
        .isEqualTo(Permission.WRITE);
    assertThat(RequiredPermission.of(ServerReflectionGrpc.getServerReflectionInfoMethod()))
        .isEqualTo(Permission.OPERATE);
    assertThat(RequiredPermission.of(ChannelzGrpc.getGetServersMethod()))
        .isEqualTo(Permission.OPERATE);
    assertThat(RequiredPermission.of(ModelAdminServiceGrpc.getListModelsMethod()))
        .isEqualTo(Permission.PERMISSION_UNSPECIFIED);
  }

  @Test
  void permissionsAreReadAsTheyAreWritten() {
    assertThat(Permissions.parse(List.of("write", "read")).orElseThrow().written())
        .isEqualTo("read,write");
    assertThat(Permissions.parse(List.of("all"))).contains(Permissions.EVERY);
    assertThat(Permissions.names()).isEqualTo("search,read,write,manage,models,operate");
    assertThat(Permissions.parse(List.of("read", "rite"))).isEmpty();
    assertThat(Permissions.parse(List.of(""))).isEmpty();
    assertThat(Permissions.parse(List.of("permission_unspecified"))).isEmpty();
  }
}
