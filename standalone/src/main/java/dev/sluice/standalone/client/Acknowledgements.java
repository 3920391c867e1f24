package dev.sluice.standalone.client;

import dev.sluice.gateway.v1.UpsertDocumentsResponse;

/**
 * Hears what became of each document, in the order in which they were sent, on the call's thread.
 */
public interface Acknowledgements {

  /**
   * One document's acknowledgement.
   *
   * @param bytes what {@link DocumentUpload#send} was told
   */
  void acknowledged(UpsertDocumentsResponse response, long bytes);
}
