import { type AnyEndpoint, MatrixError } from "@patrix/api";
import { createRoom, deleteDevice, joinRoom, sync } from "@patrix/client-api";
import type { RequestHead } from "@patrix/server";
import { describe, expect, it } from "vitest";
import type { TokenOwner } from "../../accounts/access-tokens.ts";
import { alice as user } from "../../../tests/alice.ts";
import { testHomeserver, type TestUser } from "../../testing/index.ts";
import { type Admit, admitBy } from "./admit-by.ts";
import { defaultRateLimits, RateLimiter } from "./rate-limits.ts";

const client = "/_matrix/client/v3";
const roomy = { per_second: 1_000, burst: 100_000 };
const tight = { per_second: 0.001, burst: 3 };

/** What a request gets that is admitted or not. */
function asked(admit: Admit, endpoint: AnyEndpoint, requester?: TokenOwner, clientAddress = "192.0.2.1"): string {
  const head: RequestHead = {
    endpoint,
    method: endpoint.method,
    uri: "/",
    headers: {},
    token: undefined,
    clientAddress,
    json: async () => {},
  };
  try {
    admit(head, requester);
    return "admitted";
  } catch (error) {
    return error instanceof MatrixError ? error.errcode : expect.unreachable(String(error));
  }
}
/** Admits by limits in which one request of each kind may be made. */
function once(): Admit {
  const one = { per_second: 0.001, burst: 1 };
  return admitBy(new RateLimiter({ ...defaultRateLimits, other: one, login: one, join: one }, { now: () => 0 }));
}
const [limited, admitted] = ["M_LIMIT_EXCEEDED", "admitted"];

describe("a request", () => {
  it("of a guest is for what guests may do, whether or not rates are limited", () => {
    const guest = { ...user, isGuest: true };
    for (const admit of [admitBy(undefined), once()]) {
      expect([asked(admit, createRoom, guest), asked(admit, createRoom, user), asked(admit, joinRoom, guest)]).toEqual([
        "M_GUEST_ACCESS_FORBIDDEN",
        admitted,
        admitted,
      ]);
    }
  });

  it("counts for its user, from wherever it comes, and for its network where there is none", () => {
    const admit = once();
    const bob = { ...user, userId: "@bob:example.org" };
    expect([asked(admit, sync, user, "192.0.2.1"), asked(admit, sync, user, "192.0.2.2"), asked(admit, sync, bob)]).toEqual([
      admitted,
      limited,
      admitted,
    ]);
    const nobody = (address: string): string => asked(admit, sync, undefined, address);
    expect(["2001:db8::1", "2001:db8::2", "2001:db8:0:1::1", "192.0.2.1"].map(nobody)).toEqual([admitted, limited, admitted, admitted]);
  });

  it("that proves an identity counts for its network, too", () => {
    const admit = once();
    const bob = { ...user, userId: "@bob:example.org" };
    expect(asked(admit, deleteDevice, user)).toBe(admitted);
    expect([asked(admit, deleteDevice, bob), asked(admit, deleteDevice, bob, "198.51.100.1")]).toEqual([limited, limited]);
    expect(asked(admit, deleteDevice, { ...user, userId: "@carol:example.org" }, "198.51.100.1")).toBe(admitted);
    expect(asked(admit, sync, user)).toBe(admitted);
  });
});

async function statuses(count: number, ask: () => Promise<{ readonly status: number }>): Promise<number[]> {
  const all: number[] = [];
  for (let i = 0; i < count; i++) all.push((await ask()).status);
  return all;
}

it.each([
  ["GET", "/devices", undefined],
  ["POST", "/keys/query", { device_keys: {} }],
  ["GET", "/sync", undefined],
])("answers 429 to too many %s %s", async (method, path, body) => {
  await using server = await testHomeserver({ config: { rate_limits: { enabled: true, registration: roomy, other: tight } } });
  const { accessToken } = await server.register("alice");
  const ask = (): Promise<{ readonly status: number }> => server.request(method, client + path, body, accessToken);
  expect(await statuses(5, ask)).toEqual([200, 200, 200, 429, 429]);
});

it("counts who proves an identity again and again with those who log in, by user and by address", async () => {
  await using server = await testHomeserver({
    config: { rate_limits: { enabled: true, registration: roomy, other: roomy, login: tight } },
  });
  const alice = await server.register("alice");
  const bob = await server.register("bob");
  const password = (name: string, text: string): object => ({
    type: "m.login.password",
    identifier: { type: "m.id.user", user: name },
    password: text,
  });
  const guess = ({ userId, deviceId, accessToken }: TestUser): Promise<{ readonly status: number }> =>
    server.request("DELETE", `${client}/devices/${deviceId}`, { auth: password(userId, "wrong") }, accessToken);
  expect(await statuses(4, () => guess(alice))).toEqual([401, 401, 401, 429]);
  expect(await statuses(1, () => guess(bob))).toEqual([429]);
  expect(await statuses(1, () => server.request("POST", `${client}/login`, password(bob.userId, "secret")))).toEqual([429]);
});
