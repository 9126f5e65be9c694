import * as appserviceApi from "@patrix/appservice-api";
import * as clientApi from "@patrix/client-api";
import { knownEvents } from "@patrix/events";
import * as events from "@patrix/events";
import * as federationApi from "@patrix/federation-api";
import * as identityApi from "@patrix/identity-api";
import * as pushGatewayApi from "@patrix/push-gateway-api";
import { apis } from "../validate/all-endpoints.ts";
import { type JsonSchema, modelsOf, toJsonSchema } from "@patrix/api/json-schema";
import { toOpenApi } from "./openapi.ts";

const packages: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "client-server": clientApi,
  "server-server": federationApi,
  "application-service": appserviceApi,
  identity: identityApi,
  "push-gateway": pushGatewayApi,
};

/** The documents that `patrix schema` can write: relative path → how to make it. */
export function allDocuments(): ReadonlyMap<string, () => JsonSchema> {
  const documents = new Map<string, () => JsonSchema>();
  for (const [name, endpoints] of Object.entries(apis)) {
    documents.set(`openapi/${name}.json`, () => toOpenApi({ name, endpoints, models: modelsOf(packages[name] ?? {}) }));
  }
  for (const { kind, type, content } of knownEvents().definitions) {
    documents.set(`events/${kind}/${type}.json`, () => ({ ...toJsonSchema(content), title: `Content of ${type}` }));
  }
  for (const [folder, exports] of Object.entries({ "envelopes-and-contents": events, ...packages })) {
    for (const [name, model] of modelsOf(exports)) {
      documents.set(`models/${folder}/${name}.json`, () => ({ ...toJsonSchema(model), title: name }));
    }
  }
  return documents;
}
