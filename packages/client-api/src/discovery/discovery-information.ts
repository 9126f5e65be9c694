import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { ServerBaseUrl } from "./server-base-url.ts";

/** Where a user's homeserver is; further members are kept. */
export interface DiscoveryInformation {
  /** The homeserver. */
  "m.homeserver": ServerBaseUrl;
  /** The identity server, if one is recommended. */
  "m.identity_server"?: ServerBaseUrl | undefined;
}

/** Checks a {@link DiscoveryInformation}. */
export const DiscoveryInformation: Model<DiscoveryInformation> = /* @__PURE__ */ model(() =>
  obj<DiscoveryInformation>({ "m.homeserver": ServerBaseUrl.schema, "m.identity_server": z.optional(ServerBaseUrl.schema) }),
);
