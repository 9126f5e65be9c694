import { type EmptyObject, type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import { LoginResponse } from "@patrix/client-api";
import { handle } from "@patrix/server";
import * as z from "zod/mini";
import { type SharedSecretRequest, SharedSecretRegistration } from "../../accounts/shared-secret-registration.ts";
import type { AccountServices } from "../client-server/account-services.ts";
import type { Registration } from "../registration.ts";

const history = { unstable: [{ path: "/_synapse/admin/v1/register" }] };

interface NonceResponse {
  nonce: string;
}
const NonceResponse: Model<NonceResponse> = /* @__PURE__ */ model(() => obj<NonceResponse>({ nonce: z.string() }));
const Body: Model<SharedSecretRequest> = /* @__PURE__ */ model(() =>
  obj<SharedSecretRequest>({
    nonce: z.string(),
    username: z.string(),
    password: z.string(),
    admin: z.optional(z.boolean()),
    user_type: z.optional(z.string()),
    mac: z.string(),
  }),
);

const getNonce: Endpoint<EmptyObject, NonceResponse> = /* @__PURE__ */ endpoint({
  id: "getSharedSecretNonce",
  method: "GET",
  auth: "none",
  rateLimited: true,
  history,
  response: NonceResponse,
});
const registerWithSecret: Endpoint<{ body: SharedSecretRequest }, LoginResponse> = /* @__PURE__ */ endpoint({
  id: "registerWithSharedSecret",
  method: "POST",
  auth: "none",
  rateLimited: true,
  history,
  body: Body,
  response: LoginResponse,
});

/** The handlers of registration by shared secret, in the form that Synapse's tools use; none without a secret. */
export function sharedSecretHandlers({ core, accounts, sessions }: AccountServices, secret: string | undefined): Registration[] {
  if (secret === undefined) return [];
  const registration = new SharedSecretRegistration(secret, core.clock);
  return [
    handle(getNonce, () => ({ nonce: registration.createNonce() })),
    handle(registerWithSecret, async ({ body }) => {
      registration.check(body);
      const account = await accounts.create({ localpart: body.username, password: body.password, admin: body.admin === true });
      return { user_id: account.userId, home_server: core.serverName, ...(await sessions.open(account, {})) };
    }),
  ];
}
