import { timingSafeEqual } from "node:crypto";
import { matrixError } from "@patrix/api";
import {
  checkUsernameAvailability,
  register,
  type RegisterBody,
  type RegisterResponse,
  registrationTokenValidity,
} from "@patrix/client-api";
import { handle } from "@patrix/server";
import { AccountError } from "../../accounts/errors.ts";
import type { ProvenAccount } from "../../accounts/local-user.ts";
import { hashToken } from "../../accounts/random-token.ts";
import { type StageCheck, UiaOperation, type UiaRequest } from "../../accounts/uia-operation.ts";
import type { Registration } from "../registration.ts";
import type { AccountServices } from "./account-services.ts";
import { isAppserviceRegistration, registerByAppservice } from "./appservice-accounts.ts";

/** The handlers of registration. */
export function registrationHandlers(services: AccountServices): Registration[] {
  const { accounts, core, registration } = services;
  const operation = new UiaOperation<RegisterBody, RegisterResponse>(core.clock);
  const asked = stagesOf(services);
  return [
    handle(register, async ({ query, body = {} }, { token }) => {
      if (isAppserviceRegistration(body)) return registerByAppservice(services, token, body);
      const guest = query?.kind === "guest";
      if (guest ? !registration.guests : !registration.enabled)
        throw matrixError("M_FORBIDDEN", guest ? "guests are not admitted" : "registration is closed on this server");
      // Of what guests say, only the name of their device counts.
      const { initial_device_display_name } = body;
      if (guest) return firstAnswer(services, await accounts.create({ guest }), { initial_device_display_name });
      return operation.perform({ ...asked, body }, async (wanted) => {
        const account = await createOrUpgrade(services, wanted);
        return firstAnswer(services, account, wanted);
      });
    }),
    handle(checkUsernameAvailability, async ({ query }) => {
      if (!registration.enabled) throw matrixError("M_FORBIDDEN", "registration is closed on this server");
      await accounts.checkAvailable(query.username);
      return { available: true };
    }),
    handle(registrationTokenValidity, ({ query }) => ({ valid: isToken(registration.tokens, query.token) })),
  ];
}

/** What a session of registration needs, as the server is configured. */
function stagesOf({ accounts, registration }: AccountServices): Omit<UiaRequest<RegisterBody>, "body"> {
  const stages: Record<string, StageCheck> = {
    "m.login.dummy": () => {},
    "m.login.registration_token": ({ token }) => {
      if (typeof token !== "string" || !isToken(registration.tokens, token))
        throw new AccountError("WRONG_CREDENTIALS", "auth.token: it is not a registration token");
    },
  };
  const flows = registration.flows ?? [[registration.tokens_required ? "m.login.registration_token" : "m.login.dummy"]];
  const check = async (body: RegisterBody): Promise<void> => {
    const token = guestToken(body);
    if (token !== undefined) await accounts.findGuest(token, body.username);
    else if (body.username !== undefined) await accounts.checkAvailable(body.username);
  };
  return { subject: "", flows, stages, check };
}

async function createOrUpgrade({ accounts }: AccountServices, body: RegisterBody): Promise<ProvenAccount> {
  const { username: localpart, password } = body;
  const token = guestToken(body);
  if (token === undefined) return accounts.create({ localpart, password });
  if (password === undefined) throw matrixError("M_MISSING_PARAM", "password: required, but missing");
  return accounts.upgradeGuest(await accounts.findGuest(token, localpart), password);
}

/** The token of a guest who wants a full account: the specification has it in words only. */
function guestToken(body: RegisterBody): string | undefined {
  return "guest_access_token" in body && typeof body.guest_access_token === "string" ? body.guest_access_token : undefined;
}

/** Logs a new account in, unless the client does not want that. */
async function firstAnswer({ core, sessions }: AccountServices, account: ProvenAccount, body: RegisterBody): Promise<RegisterResponse> {
  const answer: RegisterResponse = { user_id: account.userId, home_server: core.serverName };
  return body.inhibit_login ? answer : { ...answer, ...(await sessions.open(account, body)) };
}

function isToken(tokens: readonly string[], given: string): boolean {
  const hash = hashToken(given);
  return tokens.map((token) => timingSafeEqual(hashToken(token), hash)).includes(true);
}
