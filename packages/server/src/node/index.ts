/// <reference types="node" preserve="true" />
/**
 * Serving of declared endpoints on the HTTP server of Node.
 *
 * @packageDocumentation
 */
export { nodeListener, type NodeOptions } from "./node-listener.ts";
