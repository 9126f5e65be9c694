import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { composed } from "../../../tests/remote/compose.ts";
import { clientServerHandlers } from "../../compose/client-server.ts";
import type { ComposedHomeserver } from "../../compose/create-homeserver.ts";
import { testingConfig } from "../../testing/testing-config.ts";
import type { Registration } from "../registration.ts";
import { guestOperations } from "./guest-access.ts";

let server: ComposedHomeserver;
let served: readonly Registration["endpoint"][];
beforeAll(async () => {
  server = await composed();
  const handlers = clientServerHandlers(server.parts, testingConfig({ dataDir: "unused" }), () => "");
  served = handlers.map(({ endpoint }) => endpoint).filter(({ auth }) => auth.startsWith("accessToken"));
});
afterAll(() => server[Symbol.asyncDispose]());

/** What a new guest gets who asks for an operation, about nothing that exists. */
async function askedByGuest({ method, routes }: Registration["endpoint"]): Promise<string | undefined> {
  const { accounts, sessions } = server.parts.accounts;
  const { access_token: token } = await sessions.open(await accounts.create({ guest: true }), {});
  const path = routes[0]?.path.replaceAll(/\{\w+\}/g, "x") ?? "";
  const response = await fetch(`${server.url}${path}?timeout=0`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(method === "GET" ? {} : { body: "{}" }),
  });
  const text = await response.text();
  return text.startsWith("{") ? (JSON.parse(text) as { errcode?: string }).errcode : undefined;
}

describe("guests", () => {
  it("may use the operations that are listed, and no other that is served", async () => {
    const allowed: string[] = [];
    for (const endpoint of served) if ((await askedByGuest(endpoint)) !== "M_GUEST_ACCESS_FORBIDDEN") allowed.push(endpoint.id);
    expect(allowed.toSorted()).toEqual(served.flatMap(({ id }) => (guestOperations.has(id) ? [id] : [])).toSorted());
    expect(allowed.length).toBeGreaterThan(40);
  });

  it("may neither make rooms, invite, upload, be notified elsewhere, nor change what an account is", () => {
    const kept = ["createRoom", "inviteUser", "uploadContent", "createContent", "postPusher", "changePassword", "deactivateAccount"];
    const isServed = new Set(served.map(({ id }) => id));
    for (const id of [...kept, "deleteDevice", "postRoomKeysVersion", "setRoomAlias"])
      expect([id, isServed.has(id), guestOperations.has(id)]).toEqual([id, true, false]);
  });
});
