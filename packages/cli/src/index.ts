/**
 * The `patrix` command.
 *
 * @packageDocumentation
 */
export {};
