import { MatrixError } from "@patrix/api";
import { describe, expect, it } from "vitest";
import { composed } from "../../../tests/remote/compose.ts";
import { clientServerHandlers } from "../../compose/client-server.ts";
import { testHomeserver } from "../../testing/index.ts";
import { testingConfig } from "../../testing/testing-config.ts";
import { defaultRateLimits, type RateLimit, rateLimitAction, type RateLimitAction, RateLimiter } from "./rate-limits.ts";

const client = "/_matrix/client/v3";

/** A limiter in which logins have a limit of their own, and a clock. */
function limiter(login: RateLimit): { readonly take: (caller?: string, action?: RateLimitAction) => unknown; pass(ms: number): void } {
  let now = 1_000_000;
  const rates = new RateLimiter({ ...defaultRateLimits, login }, { now: () => now });
  return {
    take(caller = "alice", action = "login") {
      try {
        return rates.take(action, caller) ?? "taken";
      } catch (error) {
        return error instanceof MatrixError && error.errcode === "M_LIMIT_EXCEEDED" ? error.body["retry_after_ms"] : error;
      }
    },
    pass(ms) {
      now += ms;
    },
  };
}

describe("a rate", () => {
  it("lets as much be done at once as may be saved up, and then says how long to wait", () => {
    const { take, pass } = limiter({ per_second: 2, burst: 3 });
    expect([take(), take(), take(), take()]).toEqual(["taken", "taken", "taken", 500]);
    pass(250);
    expect(take()).toBe(250);
    pass(250);
    expect([take(), take()]).toEqual(["taken", 500]);
  });

  it("saves up no more than its burst, and loses nothing to a clock that goes back", () => {
    const { take, pass } = limiter({ per_second: 1, burst: 2 });
    take();
    pass(3_600_000);
    expect([take(), take(), take()]).toEqual(["taken", "taken", 1_000]);
    pass(-10_000);
    expect(take()).toBe(1_000);
    pass(1_000);
    expect(take()).toBe("taken");
  });

  it("is told to be waited for at least a millisecond", () => {
    const { take, pass } = limiter({ per_second: 1_000_000, burst: 1 });
    expect([take(), take()]).toEqual(["taken", 1]);
    pass(1);
    expect(take()).toBe("taken");
  });

  it("is one of each caller and of each action", () => {
    const { take } = limiter({ per_second: 1, burst: 1 });
    expect([take(), take(), take("bob"), take("alice", "message"), take("bob")]).toEqual(["taken", 1_000, "taken", "taken", 1_000]);
  });
});

describe("an operation", () => {
  it("counts as what it does, and as one of the others where it has no limit of its own", () => {
    const some = ["sendMessage", "joinRoomById", "changePassword", "kick", "getPublicRooms", "sync", "constructor"];
    expect(some.map(rateLimitAction)).toEqual(["message", "join", "login", "invite", "public_rooms", "other", "other"]);
  });

  it("is limited wherever it is served, and every limit is one of some operation", async () => {
    await using served = await composed();
    const handlers = clientServerHandlers(served.parts, testingConfig({ dataDir: served.dataDir }), () => "");
    const mounted = handlers.map(({ endpoint }) => rateLimitAction(endpoint.id));
    // That of servers is for their operations.
    expect([...new Set([...mounted, "server_read"])].toSorted()).toEqual(Object.keys(defaultRateLimits).toSorted());
  });
});

it("answers with 429, and says in the header and the body how long to wait", async () => {
  let now = 1_000_000;
  const config = { rate_limits: { login: { per_second: 1, burst: 3 } } };
  await using server = await testHomeserver({ config, clock: { now: () => now } });
  const login = { type: "m.login.password", user: "nobody", password: "x" };
  const codes: number[] = [];
  for (let i = 0; i < 4; i++) codes.push((await server.request("POST", `${client}/login`, login)).status);
  expect(codes).toEqual([403, 403, 403, 429]);
  const limited = await server.request("POST", `${client}/login`, login);
  expect(limited.body).toMatchObject({ errcode: "M_LIMIT_EXCEEDED", retry_after_ms: 1_000 });
  expect(limited.headers.get("retry-after")).toBe("1");
  now += 1_000;
  expect((await server.request("POST", `${client}/login`, login)).status).toBe(403);
});
