import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** Where a server is reached. */
export interface ServerBaseUrl {
  /** Without the path that endpoints add. */
  base_url: string;
}

/** Checks a {@link ServerBaseUrl}. */
export const ServerBaseUrl: Model<ServerBaseUrl> = /* @__PURE__ */ model(() => obj<ServerBaseUrl>({ base_url: z.string() }));
