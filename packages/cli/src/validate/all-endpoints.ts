import type { AnyEndpoint } from "@patrix/api";
import { endpoints as appservice } from "@patrix/appservice-api/endpoints";
import { endpoints as client } from "@patrix/client-api/endpoints";
import { endpoints as federation } from "@patrix/federation-api/endpoints";
import { endpoints as identity } from "@patrix/identity-api/endpoints";
import { endpoints as pushGateway } from "@patrix/push-gateway-api/endpoints";

/** The endpoint tables by the name of their API. */
export const apis: Readonly<Record<string, readonly AnyEndpoint[]>> = {
  "client-server": client,
  "server-server": federation,
  "application-service": appservice,
  identity,
  "push-gateway": pushGateway,
};

/** An endpoint, and the API that it belongs to. */
export interface NamedEndpoint {
  readonly api: string;
  readonly endpoint: AnyEndpoint;
}

/** Finds endpoints by `id` or `api/id`; the client-server API comes first. */
export function findEndpoints(name: string): NamedEndpoint[] {
  const [id = "", api] = name.split("/").toReversed();
  return Object.entries(apis).flatMap(([key, endpoints]) =>
    api === undefined || api === key ? endpoints.filter((endpoint) => endpoint.id === id).map((endpoint) => ({ api: key, endpoint })) : [],
  );
}
