package dev.sluice.gateway.access;

import io.grpc.Metadata;

/** Finds out from the headers of a call who is calling. */
interface Authentication {

  /** Asks nobody: everybody is one tenant and may do everything. */
  Authentication OPEN =
      new Authentication() {
        @Override
        public Credential credential(Metadata headers) {
          return Credential.ANONYMOUS;
        }

        @Override
        public Grant grant(Metadata headers) {
          return Grant.OF_EVERYBODY;
        }
      };

  /** What the call brings along, right or wrong. */
  Credential credential(Metadata headers);

  /** What it proves; throws as {@link Credentials#grant} does. */
  Grant grant(Metadata headers);
}
