/**
 * The rules of room versions 1 to 12 as one table.
 *
 * @packageDocumentation
 */
export {};
