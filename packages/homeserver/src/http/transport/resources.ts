import type { AnyEndpoint } from "@patrix/api";

/** A part of what the server serves, which a listener can be limited to. */
export type Resource = "client" | "federation" | "metrics" | "admin";

/** The part that an endpoint belongs to. */
export function resourceOf({ routes }: AnyEndpoint): Resource {
  const path = routes[0]?.path ?? "";
  if (/^\/_matrix\/(?:federation|key)\/|^\/\.well-known\/matrix\/server$/.test(path)) return "federation";
  if (path.startsWith("/_synapse/admin/")) return "admin";
  return path === "/metrics" ? "metrics" : "client";
}
