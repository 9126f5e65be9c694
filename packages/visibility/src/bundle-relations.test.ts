import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bundleRelations, withAggregations } from "./bundle-relations.ts";
import type { RelatableEvent } from "./relatable-event.ts";

const alice = "@alice:a.org";
const bob = "@bob:b.org";
const viewer = { userId: alice };

function event(id: string, content: Record<string, unknown> = {}, rest: Partial<RelatableEvent> = {}): RelatableEvent {
  return { event_id: id, type: "m.room.message", sender: bob, origin_server_ts: 1, room_id: "!r:a.org", content, ...rest };
}
const relating = (id: string, rel_type: string, event_id: string, rest: Partial<RelatableEvent> = {}): RelatableEvent =>
  event(id, { "m.relates_to": { rel_type, event_id }, "m.new_content": { body: id } }, rest);
const redacted = { unsigned: { redacted_because: {} } };
const of =
  (...children: RelatableEvent[]) =>
  (id: string): RelatableEvent[] =>
    id === "$root" ? children : [];
const root = event("$root", { body: "hello" });

describe("edits", () => {
  const edits = (...children: RelatableEvent[]) => bundleRelations(root, of(...children), viewer)?.["m.replace"]?.event_id;
  const edit = (id: string, rest: Partial<RelatableEvent> = {}) => relating(id, "m.replace", "$root", rest);

  it("bundles the latest by time, then by event ID, in any order", () => {
    const all = [edit("$a"), edit("$c", { origin_server_ts: 2 }), edit("$b", { origin_server_ts: 2 })];
    fc.assert(fc.property(fc.shuffledSubarray(all, { minLength: 3 }), (children) => edits(...children) === "$c"));
  });

  it.each([
    ["of another sender", edit("$e", { sender: alice })],
    ["of another type", edit("$e", { type: "m.sticker" })],
    ["in another room", edit("$e", { room_id: "!other:a.org" })],
    ["that is a state event", edit("$e", { state_key: "" })],
    ["without new content", event("$e", { "m.relates_to": { rel_type: "m.replace", event_id: "$root" } })],
    ["of another event", relating("$e", "m.replace", "$other")],
    ["that was redacted", edit("$e", redacted)],
  ])("passes over an edit %s", (_, child) => {
    expect(edits(child)).toBeUndefined();
    expect(edits(edit("$good"), child)).toBe("$good");
  });

  it("bundles an encrypted edit, whose new content cannot be seen", () => {
    const original = event("$root", { ciphertext: "x" }, { type: "m.room.encrypted" });
    const child = event("$e", { "m.relates_to": { rel_type: "m.replace", event_id: "$root" } }, { type: "m.room.encrypted" });
    expect(bundleRelations(original, of(child), viewer)?.["m.replace"]).toBe(child);
  });

  it("bundles no edit of an edit and none of a redacted event", () => {
    expect(bundleRelations(relating("$root", "m.replace", "$x"), of(edit("$e")), viewer)).toBeUndefined();
    expect(bundleRelations({ ...root, ...redacted }, of(edit("$e")), viewer)).toBeUndefined();
  });
});

describe("threads", () => {
  const reply = (id: string, rest: Partial<RelatableEvent> = {}) => relating(id, "m.thread", "$root", rest);
  const thread = (...children: RelatableEvent[]) => bundleRelations(root, of(...children), viewer)?.["m.thread"];

  it("counts the events and gives the last in the order of the room, not by time", () => {
    const summary = thread(reply("$1", { origin_server_ts: 9 }), reply("$2", { origin_server_ts: 3 }));
    expect(summary).toEqual({ latest_event: reply("$2", { origin_server_ts: 3 }), count: 2, current_user_participated: false });
  });

  it("knows participation by the root and by any event of the thread", () => {
    expect(thread(reply("$1", { sender: alice }), reply("$2"))?.current_user_participated).toBe(true);
    expect(bundleRelations({ ...root, sender: alice }, of(reply("$1")), viewer)?.["m.thread"]?.current_user_participated).toBe(true);
  });

  it("leaves out ignored users and what the viewer may not see, but never the viewer's own events", () => {
    const children = [reply("$1", { sender: alice }), reply("$2", { sender: "@mallory:m.org" }), reply("$3"), reply("$4")];
    const aggregations = bundleRelations(root, of(...children), {
      userId: alice,
      ignoredUserIds: new Set(["@mallory:m.org", alice]),
      canSee: ({ event_id: id }) => id !== "$4",
    });
    expect(aggregations?.["m.thread"]).toMatchObject({ count: 2, latest_event: { event_id: "$3" } });
  });

  it("bundles the edits of the last event with it, one level deep", () => {
    const latest = reply("$1");
    const children: Record<string, RelatableEvent[]> = {
      $root: [latest],
      $1: [relating("$edit", "m.replace", "$1"), relating("$loop", "m.thread", "$1")],
    };
    const aggregations = bundleRelations(root, (id) => children[id] ?? [], viewer);
    expect(aggregations?.["m.thread"]?.latest_event.unsigned).toEqual({ "m.relations": { "m.replace": children["$1"]?.[0] } });
    expect(latest.unsigned).toBeUndefined();
  });

  it("survives events that relate to themselves and to one another", () => {
    const a = relating("$a", "m.thread", "$b");
    const b = relating("$b", "m.thread", "$a");
    expect(bundleRelations(a, () => [a, b], viewer)).toBeUndefined();
  });

  it("has no thread at an event that is in a relation itself, but at a rich reply", () => {
    const child = reply("$1");
    expect(bundleRelations(relating("$root", "m.thread", "$x"), of(child), viewer)).toBeUndefined();
    const richReply = event("$root", { "m.relates_to": { "m.in_reply_to": { event_id: "$x" } } });
    expect(bundleRelations(richReply, of(child), viewer)?.["m.thread"]?.count).toBe(1);
  });
});

describe("references and the rest", () => {
  it("lists referring events once each, in order, also where the event itself was redacted", () => {
    const children = ["$2", "$1", "$2"].map((id) => relating(id, "m.reference", "$root"));
    expect(bundleRelations({ ...root, ...redacted }, of(...children), viewer)).toEqual({
      "m.reference": { chunk: [{ event_id: "$2" }, { event_id: "$1" }] },
    });
  });

  it("bundles neither reactions nor anything with a state event", () => {
    expect(bundleRelations(root, of(relating("$1", "m.annotation", "$root")), viewer)).toBeUndefined();
    expect(bundleRelations({ ...root, state_key: "" }, of(relating("$1", "m.reference", "$root")), viewer)).toBeUndefined();
  });

  it("never throws for malformed relations", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (relations) => {
        const children = relations.map((value, i) => event(`$${i}`, { "m.relates_to": value }));
        expect(() => bundleRelations(root, of(...children), viewer)).not.toThrow();
      }),
    );
  });

  it("adds aggregations to a copy and keeps the rest of unsigned", () => {
    const before = event("$root", {}, { unsigned: { age: 5 } });
    const after = withAggregations(before, { "m.reference": { chunk: [] } });
    expect(after.unsigned).toEqual({ age: 5, "m.relations": { "m.reference": { chunk: [] } } });
    expect(before.unsigned).toEqual({ age: 5 });
    expect(withAggregations(before, undefined)).toBe(before);
  });
});
