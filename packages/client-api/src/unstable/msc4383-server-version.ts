import { type Model, model, obj, record } from "@patrix/api";
import * as z from "zod/mini";

/**
 * The implementation of a homeserver.
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4383}
 */
export interface ServerImplementation {
  name: string;
  version: string;
}
/** Checks a {@link ServerImplementation}. */
export const ServerImplementation: Model<ServerImplementation> = /* @__PURE__ */ model(() =>
  obj<ServerImplementation>({ name: z.string(), version: z.string() }),
);

/** Response of {@link getVersions} of a homeserver that names its implementation. */
export interface VersionsWithServer {
  versions: string[];
  /** Whether a feature is on, by name. */
  unstable_features?: Record<string, boolean> | undefined;
  "net.zemos.msc4383.server"?: ServerImplementation | undefined;
  /** The same, by its future name. */
  server?: ServerImplementation | undefined;
}
/** Checks a {@link VersionsWithServer}. */
export const VersionsWithServer: Model<VersionsWithServer> = /* @__PURE__ */ model(() =>
  obj<VersionsWithServer>({
    versions: z.array(z.string()),
    unstable_features: z.optional(record(z.string(), z.boolean())),
    "net.zemos.msc4383.server": z.optional(ServerImplementation.schema),
    server: z.optional(ServerImplementation.schema),
  }),
);
