package dev.sluice.gateway.documents;

import com.google.protobuf.Struct;
import dev.sluice.gateway.v1.Document.Format;
import java.time.Instant;

/** All that is stored of a document but its text. */
public record DocumentRecord(
    String id,
    String title,
    Format format,
    Struct metadata,
    String version,
    Instant updateTime,
    int chunkCount) {}
