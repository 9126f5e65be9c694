// Every JSON model of the protocol packages: parts of endpoints, contents of events, and whatever else they export.
import type { Model } from "@patrix/api";
import * as appserviceApi from "@patrix/appservice-api";
import * as clientApi from "@patrix/client-api";
import * as events from "@patrix/events";
import { unstableEvents } from "@patrix/events/unstable";
import * as federationApi from "@patrix/federation-api";
import * as identityApi from "@patrix/identity-api";
import * as pushGatewayApi from "@patrix/push-gateway-api";
import { type JsonSchema, modelsOf, toJsonSchema } from "@patrix/api/json-schema";
import { declarations } from "./declarations.ts";

/** A model, where it was found first, and the JSON Schema that `patrix schema` writes for it. */
export interface NamedModel {
  readonly name: string;
  readonly model: Model<unknown>;
  readonly schema: JsonSchema;
}

function find(): Map<Model<unknown>, string> {
  const found = new Map<Model<unknown>, string>();
  const add = (name: string, model: Model<unknown> | undefined): void => {
    if (model?.kind === "json" && !found.has(model)) found.set(model, name);
  };
  for (const [api, endpoints] of Object.entries(declarations)) {
    for (const { id, models } of endpoints) {
      add(`${api} ${id} request`, models.body);
      add(`${api} ${id} response`, models.response);
    }
  }
  for (const { kind, type, content } of events.knownEvents().extend(...unstableEvents()).definitions) add(`${kind} ${type}`, content);
  for (const [folder, exports] of Object.entries({ events, appserviceApi, clientApi, federationApi, identityApi, pushGatewayApi }))
    for (const [name, model] of modelsOf(exports)) add(`${folder} ${name}`, model);
  return found;
}

const parameters: ReadonlySet<Model<unknown>> = new Set(
  Object.values(declarations).flatMap((endpoints) =>
    endpoints.flatMap(({ models }) => [models.path, models.query, models.headers].filter((model) => model !== undefined)),
  ),
);

/** All of them but those of parameters, which are texts and are converted. */
export const allModels: readonly NamedModel[] = [...find()]
  .filter(([model]) => !parameters.has(model))
  .map(([model, name]) => ({ name, model, schema: toJsonSchema(model) }));
