/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// Every served operation, asked by an application service as whom it may act, and as whom it may not.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientServerHandlers } from "../../src/compose/client-server.ts";
import type { TestUser } from "../../src/testing/index.ts";
import { testingConfig } from "../../src/testing/testing-config.ts";
import { ircRegistration, registeredServer, type RegisteredServer } from "../appservice/registered.ts";
import { composed } from "../remote/compose.ts";

/** Operations that have a parameter of their own by the name of `user_id`: there a service acts as its own user. */
const withOwnUserId = new Set(["getMutualRooms", "getUnstableMutualRooms"]);
/** What ends the account or session that asks: for the service's own user it is tested elsewhere. */
const endings = new Set(["logout", "logout_all", "deactivateAccount"]);

/** An operation with a request that reaches its rules, or is refused for what it says. */
interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
}

let hs: RegisteredServer;
let operations: Operation[];
let alice: TestUser;
let cells = 0;

beforeAll(async () => {
  await using served = await composed();
  operations = clientServerHandlers(served.parts, testingConfig({ dataDir: served.dataDir }), () => "").flatMap(({ endpoint }) => {
    const { id, method, auth, routes } = endpoint;
    const route = routes.findLast(({ stability }) => stability === "stable") ?? routes[0];
    if (auth === "none" || route === undefined || withOwnUserId.has(id)) return [];
    return [{ id, method, path: route.path.replaceAll(/\{\w+\}/g, "x") }];
  });
  hs = await registeredServer([ircRegistration(null)], { config: { admins: ["@admin:localhost"] } });
  alice = await hs.server.register("alice");
  const admin = await hs.server.register("admin");
  for (const name of ["_irc_own", "_irc_locked", "_irc_ended"]) await hs.ghost(name);
  await hs.as("as-irc", "PUT", "/devices/DEV?user_id=@_irc_own:localhost", {});
  await hs.server.request("PUT", "/_matrix/client/v1/admin/lock/@_irc_locked:localhost", { locked: true }, admin.accessToken);
  await hs.as("as-irc", "POST", "/account/deactivate?user_id=@_irc_ended:localhost", {});
});
afterAll(async () => {
  console.log(`access of application services: ${cells} cells of ${operations.length} operations asked`);
  await hs[Symbol.asyncDispose]();
});

async function ask({ method, path }: Operation, query: string, token = "as-irc"): Promise<string> {
  cells++;
  const { status, body } = await hs.server.request(method, `${path}?timeout=0&${query}`, method === "GET" ? undefined : {}, token);
  return `${status} ${typeof body === "object" && body !== null ? String(body["errcode"]) : ""}`;
}

/** What an application service asks for, and what it gets whatever the operation. */
const refusals: readonly (readonly [who: string, query: string, expected: string])[] = [
  ["somebody's account", "user_id=@alice:localhost", "403 M_FORBIDDEN"],
  ["a user of its namespace who is not there", "user_id=@_irc_nobody:localhost", "403 M_FORBIDDEN"],
  ["a user of another server", "user_id=@_irc_own:elsewhere.org", "403 M_FORBIDDEN"],
  ["what is no user", "user_id=", "403 M_FORBIDDEN"],
  ["a user whose account has ended", "user_id=@_irc_ended:localhost", "403 M_USER_DEACTIVATED"],
  ["a device that is not there", "user_id=@_irc_own:localhost&device_id=NONE", "400 M_UNKNOWN_DEVICE"],
  ["a device of another user", "device_id=DEV", "400 M_UNKNOWN_DEVICE"],
];

describe("an application service that acts as", () => {
  it.each(refusals)("%s is refused by every operation", async (_who, query, expected) => {
    const wrong: string[] = [];
    for (const operation of operations) {
      const got = await ask(operation, query);
      if (got !== expected) wrong.push(`${operation.id}: expected ${expected}, got ${got}`);
    }
    expect(wrong).toEqual([]);
  });

  it("a locked user is refused by every operation but the logouts", async () => {
    const wrong: string[] = [];
    for (const operation of operations) {
      const got = await ask(operation, "user_id=@_irc_locked:localhost");
      if ((got === "401 M_USER_LOCKED") === endings.has(operation.id) && operation.id !== "deactivateAccount")
        wrong.push(`${operation.id}: ${got}`);
    }
    expect(wrong).toEqual([]);
  });

  it("its own user, a ghost, or a device of a ghost gets past the door everywhere", async () => {
    const wrong: string[] = [];
    for (const operation of operations) {
      if (endings.has(operation.id)) continue;
      for (const query of ["", "user_id=@_irc_own:localhost", "user_id=@_irc_own:localhost&org.matrix.msc3202.device_id=DEV"]) {
        const got = await ask(operation, query);
        if (/^5|^401 M_(UNKNOWN_TOKEN|MISSING_TOKEN|USER_LOCKED)|M_UNKNOWN_DEVICE|M_USER_DEACTIVATED|M_GUEST/.test(got))
          wrong.push(`${operation.id}, ${query}: ${got}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

it("a person who names somebody else stays who they are", async () => {
  for (const query of ["user_id=@_irc_own:localhost", "user_id=@nobody:localhost", "device_id=NONE"])
    expect((await hs.server.requestAs(alice, "GET", `/account/whoami?${query}`)).body).toMatchObject({
      user_id: alice.userId,
      device_id: alice.deviceId,
    });
});
