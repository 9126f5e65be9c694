import { type Model, model, obj } from "@patrix/api";
import { ServerName } from "@patrix/identifiers";
import * as z from "zod/mini";

/** A token with which another service can learn who the user is. */
export interface OpenIdToken {
  access_token: string;
  /** Always `Bearer`. */
  token_type: string;
  matrix_server_name: ServerName;
  /** Lifetime of the token in seconds. */
  expires_in: number;
}

/** Checks a {@link OpenIdToken}. */
export const OpenIdToken: Model<OpenIdToken> = /* @__PURE__ */ model(() =>
  obj<OpenIdToken>({ access_token: z.string(), token_type: z.string(), matrix_server_name: ServerName, expires_in: z.int() }),
);
