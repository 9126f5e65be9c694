import type { AnyEndpoint, Route } from "./endpoint.ts";

/** A route of a server, with the endpoints that live there. */
export interface EndpointRoute extends Route {
  /**
   * One, apart from the few operations that share method and path: inviting by user ID and by third-party address
   * differ in the body, and the old event stream and peeking in the query.
   */
  readonly endpoints: readonly AnyEndpoint[];
}

/** Lists the routes that a server mounts for a table of endpoints, each method and path once. */
export function routesOf(endpoints: readonly AnyEndpoint[]): readonly EndpointRoute[] {
  const routes = new Map<string, Route & { endpoints: AnyEndpoint[] }>();
  for (const endpoint of endpoints)
    for (const route of endpoint.routes) {
      const key = `${route.method} ${route.path.replaceAll(/\{\w+\}/g, "{}")}`;
      const known = routes.get(key);
      if (known) known.endpoints.push(endpoint);
      else routes.set(key, { ...route, endpoints: [endpoint] });
    }
  return [...routes.values()];
}
