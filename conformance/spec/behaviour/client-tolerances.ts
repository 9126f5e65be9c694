import type { ClientEventWithoutRoomId } from "@patrix/events";
import { sanitizeHtml } from "@patrix/html";
import { expect } from "vitest";
import type { BehaviourTolerance } from "./behaviour-tolerance.ts";
import { scriptedClient, syncThrough } from "./scripted-client.ts";

const room = "!r:example.org";
const roomNamed = (name: string): ClientEventWithoutRoomId => ({
  type: "m.room.name",
  state_key: "",
  event_id: `$${name}`,
  sender: "@me:example.org",
  origin_server_ts: 1,
  content: { name },
});

/** What clients do. */
export const clientTolerances: readonly BehaviourTolerance[] = [
  {
    place: "client-server-api/_index.md, soft logout",
    words: "false where it is missing",
    holds: async () => {
      const kept = async (more: object): Promise<boolean> => {
        const answer = { errcode: "M_UNKNOWN_TOKEN", error: "over", ...more };
        const { whoami, store } = await scriptedClient({ "/account/whoami": () => Response.json(answer, { status: 401 }) });
        await expect(whoami()).rejects.toMatchObject({ errcode: "M_UNKNOWN_TOKEN" });
        return (await store.get("session", "current")) !== undefined;
      };
      expect([await kept({ soft_logout: true }), await kept({})]).toEqual([true, false]);
    },
  },
  {
    place: "client-server/sync.yaml, state_after",
    words: "where it is missing the timeline changes the state",
    holds: async () => {
      const nameAfter = async (more: object): Promise<string | undefined> => {
        const joined = { timeline: { events: [roomNamed("of the timeline")] }, ...more };
        return (await syncThrough([{ rooms: { join: { [room]: joined } } }])).rooms.get(room)?.name;
      };
      expect(await nameAfter({})).toBe("of the timeline");
      expect(await nameAfter({ state_after: { events: [roomNamed("of the state")] } })).toBe("of the state");
      expect(await nameAfter({ state_after: { events: [] } })).toBe("Empty Room");
    },
  },
  {
    place: "client-server/sync.yaml",
    words: "what did not change may be missing",
    holds: async () => {
      const full = {
        state: { events: [{ ...roomNamed("x"), type: "m.room.topic", content: { topic: "kept" } }] },
        summary: { "m.heroes": ["@bob:example.org" as const], "m.joined_member_count": 3 },
        unread_notifications: { notification_count: 3, highlight_count: 1 },
        account_data: { events: [{ type: "m.tag", content: { tags: { "m.favourite": {} } } }] },
      };
      const client = await syncThrough([{ rooms: { join: { [room]: full } } }, { rooms: { join: { [room]: {} } } }, {}]);
      const { name, topic, unread, tags, membership } = client.rooms.get(room) ?? {};
      expect({ name, topic, unread, tags, membership }).toEqual({
        name: "@bob:example.org and 1 other",
        topic: "kept",
        unread: { notifications: 3, mentions: 1, messages: 0, marked: false, isUnread: true },
        tags: new Set(["m.favourite"]),
        membership: "join",
      });
    },
  },
  {
    place: "m.room.pinned_events, read receipts",
    words: "the older receipt of a user and thread gives way",
    holds: async () => {
      const receipts = (content: Record<string, object>): object => ({ ephemeral: { events: [{ type: "m.receipt", content }] } });
      const read = (ts: number, more: object = {}): object => ({ "m.read": { "@bob:example.org": { ts, ...more } } });
      const client = await syncThrough([
        { rooms: { join: { [room]: receipts({ $1: read(1) }) } } },
        { rooms: { join: { [room]: receipts({ $2: read(2), $t: read(9, { thread_id: "$root" }) }) } } },
        { rooms: { join: { [room]: receipts({ $0: read(0) }) } } },
      ]);
      expect([...(client.rooms.get(room)?.receipts.value ?? [])]).toEqual([["@bob:example.org", { eventId: "$2", ts: 2 }]]);
    },
  },
  {
    place: "modules/image_packs.md",
    words: "the value of data-mx-emoticon is ignored",
    holds: () => {
      const [plain, valued] = ["", '="yes"'].map((value) => sanitizeHtml(`<img data-mx-emoticon${value} src="mxc://x/a" alt="a">`));
      expect(plain).toContain("data-mx-emoticon");
      expect(valued).toBe(plain);
    },
  },
];
