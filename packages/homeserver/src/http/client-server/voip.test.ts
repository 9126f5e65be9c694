import { describe, expect, it } from "vitest";
import { testHomeserver } from "../../testing/index.ts";
import { turnCredentials } from "./voip.ts";

const turn = { uris: ["turn:turn.example.org?transport=udp"], shared_secret: "north", ttl: 3_600 };
const transports = [{ type: "livekit", livekit_service_url: "https://livekit.example.org" }];

describe("credentials for a TURN server", () => {
  it("are made as the TURN server makes them, and hold for the time that is set", async () => {
    // By `echo -n 1700003600:@alice:localhost | openssl dgst -sha1 -hmac north -binary | base64`.
    expect(turnCredentials(turn, "@alice:localhost", 1_700_000_000_999)).toEqual({
      username: "1700003600:@alice:localhost",
      password: "2lvP0QHIAf2nfzHREuzg3IhCCJQ=",
      uris: turn.uris,
      ttl: 3_600,
    });
    const clock = { now: () => 1_700_000_000_000 };
    await using server = await testHomeserver({ config: { turn }, clock });
    const alice = await server.register("alice");
    const { status, body } = await server.requestAs<object>(alice, "GET", "/voip/turnServer");
    expect([status, body]).toEqual([200, turnCredentials(turn, alice.userId, clock.now())]);
    expect((await server.request("GET", "/_matrix/client/v3/voip/turnServer")).status).toBe(401);
  });

  it("are none without one", async () => {
    await using server = await testHomeserver();
    expect((await server.requestAs<object>(await server.register("alice"), "GET", "/voip/turnServer")).body).toEqual({});
  });
});

describe("ways to carry calls", () => {
  const path = "/_matrix/client/unstable/org.matrix.msc4143/rtc/transports";

  it("are told to who asks, where clients look for them", async () => {
    await using server = await testHomeserver({ config: { matrix_rtc: { transports } } });
    const { accessToken } = await server.register("alice");
    expect(await server.request("GET", path, undefined, accessToken)).toMatchObject({ status: 200, body: { rtc_transports: transports } });
    expect((await server.request("GET", path)).status).toBe(401);
    const { body } = await server.request<Record<string, unknown>>("GET", "/.well-known/matrix/client");
    expect(body["org.matrix.msc4143.rtc_foci"]).toEqual(transports);
    const versions = await server.request<{ unstable_features: object }>("GET", "/_matrix/client/versions");
    expect(versions.body.unstable_features).toMatchObject({ "org.matrix.msc4143": true });
  });

  it("are unknown without one, so that clients look elsewhere", async () => {
    await using server = await testHomeserver();
    const { accessToken } = await server.register("alice");
    expect(await server.request("GET", path, undefined, accessToken)).toMatchObject({ status: 404, body: { errcode: "M_UNRECOGNIZED" } });
    const { body } = await server.request<object>("GET", "/.well-known/matrix/client");
    expect(body).not.toHaveProperty("org.matrix.msc4143.rtc_foci");
  });
});
