import { describe, expect, it } from "vitest";
import { getBundledRelations } from "./bundled-relations.ts";
import { getInReplyTo, getRelation } from "./relation.ts";

const read = (relatesTo: unknown): unknown => getRelation({ "m.relates_to": relatesTo });

describe("getRelation", () => {
  it("tells the relations apart", () => {
    expect(read({ rel_type: "m.annotation", event_id: "$e", key: "👍" })).toEqual({ kind: "annotation", eventId: "$e", key: "👍" });
    expect(read({ rel_type: "m.replace", event_id: "$e" })).toEqual({ kind: "replacement", eventId: "$e" });
    expect(read({ rel_type: "m.reference", event_id: "$e" })).toEqual({ kind: "reference", eventId: "$e" });
    expect(read({ "m.in_reply_to": { event_id: "$e" } })).toEqual({ kind: "reply", inReplyTo: "$e" });
    expect(read({ rel_type: "com.example.x", event_id: "$e" })).toEqual({ kind: "custom", relType: "com.example.x", eventId: "$e" });
  });

  it("takes the reply in a thread for a fallback where it says so", () => {
    const thread = { rel_type: "m.thread", event_id: "$root", "m.in_reply_to": { event_id: "$e" } };
    expect(read(thread)).toEqual({ kind: "thread", rootId: "$root", inReplyTo: "$e" });
    expect(read({ ...thread, is_falling_back: true })).toEqual({ kind: "thread", rootId: "$root", inReplyTo: undefined });
    expect(getInReplyTo({ "m.relates_to": { ...thread, is_falling_back: true } })).toBe("$e");
  });

  it("ignores what is malformed or incomplete", () => {
    for (const bad of [
      undefined,
      null,
      "x",
      [],
      {},
      { rel_type: "m.annotation", event_id: "$e" },
      { rel_type: "m.replace" },
      { rel_type: 5, event_id: "$e" },
    ]) {
      expect(read(bad)).toBeUndefined();
    }
  });
});

describe("getBundledRelations", () => {
  it("reads each aggregation on its own", () => {
    const latest = { event_id: "$l", type: "m.room.message", sender: "@a:x", origin_server_ts: 1, content: {} };
    const thread = { latest_event: latest, count: 2, current_user_participated: true };
    const relations = { "m.thread": thread, "m.replace": { event_id: "$x" }, "m.reference": { chunk: [{ event_id: "$r" }] } };
    expect(getBundledRelations({ "m.relations": relations })).toEqual({
      "m.replace": undefined,
      "m.thread": thread,
      "m.reference": { chunk: [{ event_id: "$r" }] },
    });
  });
});
