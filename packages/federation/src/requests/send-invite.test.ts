import { MatrixError } from "@patrix/api";
import type { SendInviteV2Request } from "@patrix/federation-api";
import { expect, it } from "vitest";
import { sendInvite } from "./send-invite.ts";

const event = { type: "m.room.member", unsigned: { age: 1 } } as unknown as SendInviteV2Request["body"]["event"];
const signed = { signed: true };
const state = [{ type: "m.room.name" }] as unknown as SendInviteV2Request["body"]["invite_room_state"];

/** A server that refuses version 2 of the endpoint by an error, and answers version 1. */
function server(refusal: unknown, answer: unknown = [200, { event: signed }]) {
  const asked: unknown[] = [];
  const client = {
    request: async (_server: string, endpoint: { readonly id: string }, request: unknown): Promise<never> => {
      asked.push([endpoint.id, (request as { readonly body: unknown }).body]);
      if (asked.length === 1 && refusal !== undefined) throw refusal;
      return (asked.length === 1 ? { event: signed } : answer) as never;
    },
  };
  const invite = (version = "1", more: object = { invite_room_state: state }): Promise<unknown> =>
    sendInvite(client, "example.org", {
      path: { roomId: "!a:b", eventId: "$c" } as SendInviteV2Request["path"],
      body: { room_version: version, event, ...more },
    });
  return { asked, invite };
}

it("takes the event of the first answer", async () => {
  const { asked, invite } = server(undefined);
  expect(await invite()).toBe(signed);
  expect(asked).toHaveLength(1);
});

it.each([400, 404])("asks by version 1 after %i, with the state beside what was unsigned", async (status) => {
  const { asked, invite } = server(new MatrixError(status, "M_UNRECOGNIZED", ""));
  expect(await invite("2")).toBe(signed);
  expect(asked[1]).toEqual([expect.stringMatching(/v1$/i), { ...event, unsigned: { age: 1, invite_room_state: state } }]);
});

it("adds no state where none is given", async () => {
  const { asked, invite } = server(new MatrixError(404, "M_UNRECOGNIZED", ""));
  await invite("1", {});
  const [, body] = (asked[1] ?? []) as [string, object];
  expect(body).toBe(event);
});

it.each([
  ["1", new MatrixError(401, "M_UNRECOGNIZED", "")],
  ["1", new MatrixError(405, "M_UNRECOGNIZED", "")],
  ["1", new MatrixError(403, "M_FORBIDDEN", "")],
  ["1", new TypeError("no connection")],
  ["3", new MatrixError(404, "M_UNRECOGNIZED", "")],
])("asks once for a room of version %s where the answer is %s", async (version, refusal) => {
  const { asked, invite } = server(refusal);
  await expect(invite(version)).rejects.toBe(refusal);
  expect(asked).toHaveLength(1);
});

it("refuses an answer without an event", async () => {
  const { invite } = server(new MatrixError(404, "M_UNRECOGNIZED", ""), [200]);
  await expect(invite()).rejects.toMatchObject({ code: "MALFORMED_RESPONSE" });
});
