import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/**
 * Content of `m.identity_server`: the identity server that the user wants.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#midentity_server}
 */
export interface IdentityServerContent {
  /** `null`: none; absent: whatever the client is set to. */
  base_url?: string | null | undefined;
}
/** Checks the content of `m.identity_server`. */
export const IdentityServerContent: Model<IdentityServerContent> = /* @__PURE__ */ model(() =>
  obj<IdentityServerContent>({ base_url: z.optional(z.nullable(z.string())) }),
);

declare module "../registry/define.ts" {
  interface GlobalAccountDataEventMap {
    "m.identity_server": IdentityServerContent;
  }
}

/** Defines `m.identity_server`. */
export const identityServer: EventDefinition<"global-account-data", "m.identity_server", IdentityServerContent> =
  /* @__PURE__ */ defineEvent("global-account-data", "m.identity_server", IdentityServerContent);
