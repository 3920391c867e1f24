package dev.sluice.gateway.documents;

import dev.sluice.serving.failure.Failure.QuotaExceeded;
import java.util.OptionalLong;

/** How many documents a tenant may keep, in all its collections together. */
public interface DocumentLimit {

  /** Empty where there is no limit. Asked again for each document. */
  OptionalLong most(String tenant);

  /** What a document beyond the limit is refused with. */
  QuotaExceeded exceeded(String tenant, long most);
}
