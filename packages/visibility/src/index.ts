/**
 * Who may see an event, and bundling of its relations.
 *
 * @packageDocumentation
 */
export {};
