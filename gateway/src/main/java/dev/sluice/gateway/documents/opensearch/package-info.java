/**
 * Documents in an OpenSearch cluster, which several gateways share: {@link OpenSearchStore} over
 * {@link Cluster}.
 */
@NullMarked
package dev.sluice.gateway.documents.opensearch;

import org.jspecify.annotations.NullMarked;
