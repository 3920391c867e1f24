package dev.sluice.standalone.ingest;

/**
 * One line of a file.
 *
 * @param number from 1
 * @param bytes what it takes in the file, its end included
 * @param text empty when it is longer than a line may be
 */
public record JsonLine(int number, long bytes, String text, boolean repaired, boolean tooLong) {}
