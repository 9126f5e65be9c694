import {
  applyEdit,
  decryptedContent,
  type EditableEvent,
  formatRoomDisplayName,
  getRelation,
  isConfirmedParent,
  isServerAllowed,
  isStrayServerNotice,
  knownEvents,
  knownStreams,
  latestEdit,
  membershipChange,
  roomDisplayName,
} from "@patrix/events";
import { expect } from "vitest";
import type { BehaviourTolerance } from "./behaviour-tolerance.ts";

const text = { msgtype: "m.text", body: "x" };
const original: EditableEvent = { event_id: "$o", type: "m.room.message", sender: "@a:x", content: text, origin_server_ts: 1 };
function edit(event_id: string, body: string, more: Partial<EditableEvent> = {}): EditableEvent {
  const replacement = { rel_type: "m.replace", event_id: "$o" };
  const content = { ...text, "m.new_content": { ...text, body, "m.relates_to": { rel_type: "m.thread" } }, "m.relates_to": replacement };
  return { ...original, event_id, origin_server_ts: 2, content, ...more };
}

/** What readers of events do. */
export const eventTolerances: readonly BehaviourTolerance[] = [
  {
    place: "client-server-api/_index.md, relationships",
    words: "malformed ones are ignored, the event is not",
    holds: () => {
      const content = { ...text, "m.relates_to": { rel_type: 5 } };
      const event = { type: "m.room.message", sender: "@a:x", event_id: "$e", origin_server_ts: 1, content } as const;
      expect(knownEvents().check(event)).toMatchObject({
        ok: true,
        event: { content: text },
        ignored: [{ pointer: "/content/m.relates_to/rel_type" }],
      });
      expect(getRelation(content)).toBeUndefined();
    },
  },
  {
    place: "modules/event_replacements.md",
    words: "edits that break a rule are ignored; m.relates_to within m.new_content too",
    holds: () => {
      expect(applyEdit(original, edit("$e", "y"))).toEqual({ ...text, body: "y" });
      for (const fault of [{ sender: "@b:x" }, { type: "m.sticker" }, { state_key: "" }])
        expect(applyEdit(original, edit("$e", "y", fault))).toBe(text);
    },
  },
  {
    place: "modules/event_replacements.md",
    words: "of edits of the same time the one with the largest event ID counts",
    holds: () => {
      const edits = [edit("$b", "b"), edit("$c", "c"), edit("$a", "a")];
      expect(latestEdit(original, edits)?.event_id).toBe("$c");
      expect(latestEdit(original, [...edits, edit("$0", "0", { origin_server_ts: 3 })])?.event_id).toBe("$0");
    },
  },
  {
    place: "client-server-api/_index.md, encrypted events",
    words: "m.relates_to within the encrypted payload is ignored",
    holds: () => {
      const hidden = { ...text, "m.relates_to": { rel_type: "m.thread", event_id: "$hidden" } };
      const relation = { rel_type: "m.thread", event_id: "$clear" };
      expect(decryptedContent(hidden, { "m.relates_to": relation })).toEqual({ ...text, "m.relates_to": relation });
      expect(decryptedContent(hidden, {})).toEqual(text);
    },
  },
  {
    place: "m.room.server_acl.yaml",
    words: "without an event every server is allowed, without a list none",
    holds: () => expect([undefined, {}, { allow: ["*"] }].map((acl) => isServerAllowed(acl, "x.org"))).toEqual([true, false, true]),
  },
  {
    place: "m.room.member.yaml, unsigned",
    words: "no previous content means leave",
    holds: () => {
      const change = (membership: string): string => membershipChange({ membership }, undefined, { bySelf: true }).change;
      expect(["join", "invite", "knock", "leave"].map(change)).toEqual(["joined", "invited", "knocked", "none"]);
    },
  },
  {
    place: "client-server-api/_index.md, calculating names",
    words: "rooms without name and alias are called by their members",
    holds: () => {
      const source = { heroes: ["Ann", "Bob"], joinedCount: 5, invitedCount: 0 };
      expect(formatRoomDisplayName(roomDisplayName(source))).toBe("Ann, Bob, and 2 others");
      expect(formatRoomDisplayName(roomDisplayName({ ...source, joinedCount: 1 }))).toBe("Empty Room (was Ann and Bob)");
      expect(formatRoomDisplayName(roomDisplayName({ ...source, alias: "#a:x" }))).toBe("#a:x");
    },
  },
  {
    place: "modules/spaces.md",
    words: "a parent that neither the space nor its rights confirm is ignored",
    holds: () => {
      const claim = { sender: "@a:x", content: { via: ["x"] } };
      const space = { maySendState: () => false };
      expect(isConfirmedParent(claim, space)).toBe(false);
      expect(isConfirmedParent(claim, { ...space, child: { via: ["x"] } })).toBe(true);
      expect(isConfirmedParent(claim, { ...space, child: {} })).toBe(false);
      const rights = { maySendState: (user: string, type: string) => user === "@a:x" && type === "m.space.child" };
      expect([isConfirmedParent(claim, rights), isConfirmedParent({ ...claim, sender: "@b:x" }, rights)]).toEqual([true, false]);
      expect([isConfirmedParent({ ...claim, content: {} }, rights), isConfirmedParent(claim, undefined)]).toEqual([false, false]);
    },
  },
  {
    place: "modules/server_notices.md",
    words: "notices outside of the notice room are ignored",
    holds: () => {
      const notice = { msgtype: "m.server_notice", body: "x" };
      expect([undefined, { tags: { "m.favourite": {} } }].map((tags) => isStrayServerNotice(notice, tags))).toEqual([true, true]);
      expect(isStrayServerNotice(notice, { tags: { "m.server_notice": {} } })).toBe(false);
      expect(isStrayServerNotice(text, undefined)).toBe(false);
    },
  },
  {
    place: "modules/voip_events.md",
    words: "streams that the metadata does not list are ignored",
    holds: () => {
      const metadata = { a: { purpose: "m.usermedia" }, b: { purpose: "org.example" } } as const;
      expect(knownStreams(["x", "a", "b"], metadata)).toEqual(["a"]);
      expect(knownStreams(["x", "a"], undefined)).toEqual(["x"]);
    },
  },
];
