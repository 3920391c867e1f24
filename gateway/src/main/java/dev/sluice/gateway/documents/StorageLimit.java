package dev.sluice.gateway.documents;

import dev.sluice.serving.failure.Failure.QuotaExceeded;
import java.util.OptionalLong;

/** How many things of one kind a tenant may keep. */
public interface StorageLimit {

  /** Empty where there is no limit. Asked again for each thing. */
  OptionalLong most(String tenant);

  /** What a thing beyond the limit is refused with. */
  QuotaExceeded exceeded(String tenant, long most);
}
