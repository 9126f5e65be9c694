/**
 * Endpoint declarations, models, errors and the codecs between typed values and HTTP.
 *
 * @packageDocumentation
 */
export {};
