/**
 * The ports of `@patrix/federation` on Node: clock, name lookups and HTTPS.
 *
 * @packageDocumentation
 */
export { nodeDns, type NodeDnsOptions } from "./node-dns.ts";
export { NodeHttpsConnector, type NodeHttpsOptions } from "./node-https.ts";
export { nodeClock } from "./node-clock.ts";
