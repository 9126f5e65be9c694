import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/**
 * What an authorization server answers to a client that registers: the metadata as it has taken them, and the client's ID.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#dynamic-client-registration-flow}
 */
export interface OAuthClientRegistration {
  client_id: string;
  /** How the client has to authenticate itself. Default: as it has asked for. */
  token_endpoint_auth_method?: string | undefined;
}

/** Checks an {@link OAuthClientRegistration}. */
export const OAuthClientRegistration: Model<OAuthClientRegistration> = /* @__PURE__ */ model(() =>
  obj<OAuthClientRegistration>({ client_id: z.string(), token_endpoint_auth_method: z.optional(z.string()) }),
);
