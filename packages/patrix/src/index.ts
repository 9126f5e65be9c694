/**
 * Every protocol package of Patrix by namespace. The packages are also published one by one.
 *
 * @packageDocumentation
 */
export * as api from "@patrix/api";
export * as appserviceApi from "@patrix/appservice-api";
export * as canonicalJson from "@patrix/canonical-json";
export * as clientApi from "@patrix/client-api";
export * as concurrency from "@patrix/concurrency";
export * as events from "@patrix/events";
export * as federationApi from "@patrix/federation-api";
export * as html from "@patrix/html";
export * as identifiers from "@patrix/identifiers";
export * as identityApi from "@patrix/identity-api";
export * as pushGatewayApi from "@patrix/push-gateway-api";
export * as pushRules from "@patrix/push-rules";
export * as roomVersions from "@patrix/room-versions";
export * as signatures from "@patrix/signatures";
export * as stateRes from "@patrix/state-res";
export * as visibility from "@patrix/visibility";
