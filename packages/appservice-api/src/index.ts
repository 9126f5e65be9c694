/**
 * The application service API as typed endpoints, and registrations.
 *
 * @packageDocumentation
 */
export {};
