package dev.sluice.gateway.access;

import dev.sluice.type.v1.Permission;
import dev.sluice.type.v1.PermissionProto;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;

/** What a method needs, as its contract says. */
final class RequiredPermission {

  /** Services of gRPC itself that look into a server. Health checks are not asked for anything. */
  private static final String OF_GRPC = "grpc.";

  private RequiredPermission() {}

  /** {@code PERMISSION_UNSPECIFIED} where the contract names none: nobody may call that. */
  static Permission of(MethodDescriptor<?, ?> method) {
    if (method.getFullMethodName().startsWith(OF_GRPC)) {
      return Permission.OPERATE;
    }
    return method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier contract
        ? contract.getMethodDescriptor().getOptions().getExtension(PermissionProto.permission)
        : Permission.PERMISSION_UNSPECIFIED;
  }
}
