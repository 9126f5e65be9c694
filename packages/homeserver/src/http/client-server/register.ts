import { timingSafeEqual } from "node:crypto";
import { matrixError } from "@patrix/api";
import { checkUsernameAvailability, register, type RegisterBody, registrationTokenValidity } from "@patrix/client-api";
import { handle } from "@patrix/server";
import { AccountError } from "../../accounts/errors.ts";
import type { ProvenAccount } from "../../accounts/local-user.ts";
import { hashToken } from "../../accounts/random-token.ts";
import type { StageCheck } from "../../accounts/user-interactive-auth.ts";
import type { Registration } from "../registration.ts";
import type { AccountServices } from "./account-services.ts";

/** The handlers of registration. */
export function registrationHandlers(services: AccountServices): Registration[] {
  const { accounts, sessions, core, registration } = services;
  return [
    handle(register, async ({ query, body = {} }) => {
      const guest = query?.kind === "guest";
      if (guest ? !registration.guests : !registration.enabled)
        throw matrixError("M_FORBIDDEN", guest ? "guests are not admitted" : "registration is closed on this server");
      const account = guest ? await accounts.create({ guest }) : await registerUser(services, body);
      const answer = { user_id: account.userId, home_server: core.serverName };
      if (body.inhibit_login && !guest) return answer;
      return { ...answer, ...(await sessions.open(account, guest ? {} : body)) };
    }),
    handle(checkUsernameAvailability, async ({ query }) => {
      if (!registration.enabled) throw matrixError("M_FORBIDDEN", "registration is closed on this server");
      await accounts.checkAvailable(query.username);
      return { available: true };
    }),
    handle(registrationTokenValidity, ({ query }) => ({ valid: isToken(registration.tokens, query.token) })),
  ];
}

async function registerUser({ accounts, uia, registration }: AccountServices, body: RegisterBody): Promise<ProvenAccount> {
  const { username, password, auth } = body;
  if (username !== undefined) await accounts.checkAvailable(username);
  const stages: Record<string, StageCheck> = {
    "m.login.dummy": () => {},
    "m.login.registration_token": ({ token }) => {
      if (typeof token !== "string" || !isToken(registration.tokens, token))
        throw new AccountError("WRONG_CREDENTIALS", "auth.token: it is not a registration token");
    },
  };
  const flows = registration.flows ?? [[registration.tokens_required ? "m.login.registration_token" : "m.login.dummy"]];
  await uia.require({ operation: "register", auth, flows, stages });
  return accounts.create({ localpart: username, password });
}

function isToken(tokens: readonly string[], given: string): boolean {
  const hash = hashToken(given);
  return tokens.map((token) => timingSafeEqual(hashToken(token), hash)).includes(true);
}
