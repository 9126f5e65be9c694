// Every declared endpoint, by the name that the specification's data give its API.
import type { AnyEndpoint } from "@patrix/api";
import { endpoints as appservice } from "@patrix/appservice-api/endpoints";
import { endpoints as client } from "@patrix/client-api/endpoints";
import { endpoints as federation } from "@patrix/federation-api/endpoints";
import { endpoints as identity } from "@patrix/identity-api/endpoints";
import { endpoints as pushGateway } from "@patrix/push-gateway-api/endpoints";

/** The endpoint tables of the five APIs. */
export const declarations: Readonly<Record<string, readonly AnyEndpoint[]>> = {
  "client-server": client,
  "server-server": federation,
  "application-service": appservice,
  identity,
  "push-gateway": pushGateway,
};

/** The endpoint of an operation. @throws {Error} If there is none, which is a failure of the test that asks. */
export function declarationOf({ api, operationId }: { api: string; operationId: string }): AnyEndpoint {
  const found = declarations[api]?.find((endpoint) => endpoint.id === operationId);
  if (!found) throw new Error(`${api} ${operationId} is not declared`);
  return found;
}
