// Endpoints of every kind that the adapters must serve.
import {
  AnyJsonObject,
  bytes,
  EmptyObject,
  type Endpoint,
  endpoint,
  type FileResponse,
  fileResponse,
  type JsonObject,
  lenient,
  type Model,
  model,
  obj,
  paramsModel,
  whenMissing,
} from "@patrix/api";
import * as z from "zod/mini";

interface ThingPath {
  thing: string;
}
const ThingPath: Model<ThingPath> = paramsModel(() => obj<ThingPath>({ thing: z.string() }));
interface StatePath {
  type: string;
  stateKey: string;
}
const StatePath: Model<StatePath> = paramsModel(() => obj<StatePath>({ type: z.string(), stateKey: z.string() }));
interface Named {
  name: string;
}
const Named: Model<Named> = model(() => obj<Named>({ name: z.string() }));
interface Numbered {
  number: number;
}
const Numbered: Model<Numbered> = model(() =>
  obj<Numbered>({ number: lenient(z.number(), "missing-number", whenMissing({ replacement: 0 })) }),
);

const metadata = { method: "GET", auth: "none", rateLimited: false } as const;
const at = (path: string): { stable: { since: "v1.1"; path: string }[] } => ({ stable: [{ since: "v1.1", path }] });

export const getThing: Endpoint<{ path: ThingPath }, Named> = endpoint({
  ...metadata,
  id: "getThing",
  history: {
    unstable: [{ path: "/unstable/org.example/things/{thing}" }],
    stable: [
      { since: "r0.0.0", path: "/r0/things/{thing}" },
      { since: "v1.1", path: "/v3/things/{thing}" },
    ],
  },
  path: ThingPath,
  response: Named,
});
export const getBestThing: Endpoint<EmptyObject, Named> = endpoint({
  ...metadata,
  id: "getBestThing",
  history: at("/v3/things/best"),
  response: Named,
});
export const putThing: Endpoint<{ path: ThingPath; body: JsonObject }, JsonObject> = endpoint({
  ...metadata,
  id: "putThing",
  method: "PUT",
  statuses: [200, 201],
  history: at("/v3/things/{thing}"),
  path: ThingPath,
  body: AnyJsonObject,
  response: AnyJsonObject,
});
export const sendNumbered: Endpoint<{ body: Numbered }, JsonObject> = endpoint({
  ...metadata,
  id: "sendNumbered",
  method: "PUT",
  auth: "signedRequest",
  history: at("/v1/numbered"),
  body: Numbered,
  response: AnyJsonObject,
});
export const getState: Endpoint<{ path: StatePath }, StatePath> = endpoint({
  ...metadata,
  id: "getState",
  history: at("/v3/state/{type}/{stateKey}"),
  path: StatePath,
  response: StatePath,
});
export const whoami: Endpoint<EmptyObject, Named> = endpoint({
  ...metadata,
  id: "whoami",
  auth: "accessToken",
  history: at("/v3/whoami"),
  response: Named,
});
export const greet: Endpoint<EmptyObject, Named> = endpoint({
  ...metadata,
  id: "greet",
  auth: "accessTokenOptional",
  history: at("/v3/greet"),
  response: Named,
});
export const sendSigned: Endpoint<{ body: JsonObject }, EmptyObject> = endpoint({
  ...metadata,
  id: "sendSigned",
  method: "PUT",
  auth: "signedRequest",
  history: at("/v1/send"),
  body: AnyJsonObject,
  response: EmptyObject,
});
export const postNamed: Endpoint<{ body: Named }, Named> = endpoint({
  ...metadata,
  id: "postNamed",
  method: "POST",
  history: at("/v3/either"),
  body: Named,
  response: Named,
});
export const postNumbered: Endpoint<{ body: Numbered }, Numbered> = endpoint({
  ...metadata,
  id: "postNumbered",
  method: "POST",
  history: at("/v3/either"),
  body: Numbered,
  response: Numbered,
});
export const putFile: Endpoint<{ body: Uint8Array }, JsonObject> = endpoint({
  ...metadata,
  id: "putFile",
  method: "PUT",
  history: at("/v3/file"),
  body: bytes,
  response: AnyJsonObject,
});
export const getFile: Endpoint<EmptyObject, FileResponse> = endpoint({
  ...metadata,
  id: "getFile",
  history: at("/v3/file"),
  response: fileResponse,
});
