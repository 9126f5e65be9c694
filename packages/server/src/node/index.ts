/// <reference types="node" preserve="true" />
/**
 * Serving of declared endpoints on the HTTP server of Node.
 *
 * @packageDocumentation
 */
export { nodeListener, type AnsweredRequest, type NodeOptions } from "./node-listener.ts";
