/**
 * Every protocol package of Patrix by namespace.
 *
 * @packageDocumentation
 */
export {};
