import { getUserProfile, sync } from "@patrix/client-api";
import { describe, expect, it } from "vitest";
import { platformClock } from "../platform-clock.ts";
import { HttpClient, type HttpClientParts } from "./http-client.ts";
import { retryPolicy } from "./retry-policy.ts";

const path = { userId: "@a:example.org" } as const;
const profile = { displayname: "A", avatar_url: "" };

function clientOf(body: object, options: Partial<HttpClientParts> = {}): { client: HttpClient; lines: string[] } {
  const lines: string[] = [];
  const log = (level: string) => (line: string) => void lines.push(`${level} ${line}`);
  const client = new HttpClient({
    baseUrl: () => "https://example.org",
    fetch: async () => Response.json(body),
    clock: platformClock,
    retry: retryPolicy({ limit: 0 }),
    logger: { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") },
    credentials: { accessToken: async () => "token", rejected: async () => false },
    ...options,
  });
  return { client, lines };
}

describe("answers", () => {
  it("are repaired where servers are known to be wrong, with a line in the log", async () => {
    const { client, lines } = clientOf(profile);
    expect(await client.send(getUserProfile, { path })).toEqual({ displayname: "A" });
    expect(lines).toEqual(["debug getUserProfile: /avatar_url is repaired (empty-string-null)"]);
  });

  it("are not repaired if the client is told so", async () => {
    const { client } = clientOf(profile, { parsing: "strict" });
    await expect(client.send(getUserProfile, { path })).rejects.toMatchObject({ code: "UNEXPECTED_RESPONSE" });
  });

  it("come without the parts that are malformed, also of a strict client, with a line in the log", async () => {
    const deep: unknown = JSON.parse("[".repeat(300) + "]".repeat(300));
    const good = { type: "m.x", event_id: "$e", sender: "@a:example.org", origin_server_ts: 1, content: {} };
    const room = { timeline: { events: [{}, good, 7, { ...good, content: { deep } }] }, unread_notifications: { highlight_count: "many" } };
    const body = { next_batch: "s", rooms: { join: { "!r": room, "!s": 5 } }, device_one_time_keys_count: [] };
    const expected = { next_batch: "s", rooms: { join: { "!r": { timeline: { events: [good] } } } } };
    for (const parsing of ["lenient", "strict"] as const) {
      const { client, lines } = clientOf(body, { parsing });
      expect(await client.send(sync, { query: {} })).toMatchObject(expected);
      expect(lines).toEqual([
        expect.stringMatching(
          /^warn sync: malformed parts of the answer are left out: \/rooms\/join\/!r\/timeline\/events\/0\/event_id .*; and \d+ more$/,
        ),
      ]);
    }
  });
});
