import type { AnyEndpoint } from "@patrix/api";

/** A part of what the server serves, which a listener can be limited to. */
export type Resource = "client" | "federation" | "metrics" | "admin";

const SERVER_PATH = /^\/_matrix\/(?:federation|key)\/|^\/\.well-known\/matrix\/server(?:$|\?)/;

/** Whether a path, with its query, is one that servers call. */
export function isOfServers(uri: string): boolean {
  return SERVER_PATH.test(uri);
}

/** The part that an endpoint belongs to. */
export function resourceOf({ routes }: AnyEndpoint): Resource {
  const path = routes[0]?.path ?? "";
  if (isOfServers(path)) return "federation";
  if (path.startsWith("/_synapse/admin/")) return "admin";
  return path === "/metrics" ? "metrics" : "client";
}
