/**
 * Event authorisation and state resolution for every room version.
 *
 * @packageDocumentation
 */
export {};
