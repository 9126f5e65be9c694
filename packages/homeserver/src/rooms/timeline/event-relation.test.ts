import { describe, expect, it } from "vitest";
import { eventRelation } from "./event-relation.ts";

const to = (relatesTo: unknown): object => ({ body: "x", "m.relates_to": relatesTo });

describe("the relation of an event", () => {
  it.each(["m.thread", "m.replace", "m.reference", "org.example.vote", "x".repeat(255)])("is read: %s", (rel_type) => {
    const relation = eventRelation("m.room.message", to({ rel_type, event_id: "$target" }));
    expect(relation).toEqual({ targetId: "$target", relType: rel_type, annotation: null });
  });

  it("is read in encrypted events, which have it in their clear text", () => {
    const content = { algorithm: "m.megolm.v1.aes-sha2", ciphertext: "x", ...to({ rel_type: "m.thread", event_id: "$target" }) };
    expect(eventRelation("m.room.encrypted", content)).toMatchObject({ targetId: "$target", relType: "m.thread" });
  });

  it("tells annotations apart by type and key, however long the key is", () => {
    const annotate = (type: string, key: string): unknown =>
      eventRelation(type, to({ rel_type: "m.annotation", event_id: "$target", key }))?.annotation;
    const hash = annotate("m.reaction", "yes");
    expect([annotate("m.reaction", "yes"), annotate("m.reaction", "y".repeat(50_000))]).toEqual([hash, expect.stringMatching(/^.{43}$/)]);
    for (const other of [annotate("m.reaction", "no"), annotate("m.other", "yes"), annotate("m.reaction", "")])
      expect(other).not.toBe(hash);
  });

  it.each([
    ["no content", undefined],
    ["content that is none", "text"],
    ["none", { body: "x" }],
    ["one that is no object", to("$target")],
    ["a reply, which has no type", to({ "m.in_reply_to": { event_id: "$target" } })],
    ["no type", to({ event_id: "$target" })],
    ["a type that is no text", to({ rel_type: 1, event_id: "$target" })],
    ["a type that is too long", to({ rel_type: "é".repeat(128), event_id: "$target" })],
    ["no event", to({ rel_type: "m.thread" })],
    ["what is no event ID", to({ rel_type: "m.thread", event_id: "target" })],
    ["an event ID that is too long", to({ rel_type: "m.thread", event_id: `$${"x".repeat(255)}` })],
    ["an annotation without a key", to({ rel_type: "m.annotation", event_id: "$target" })],
  ])("is none where there is %s", (_, content) => {
    expect(eventRelation("m.room.message", content)).toBeUndefined();
  });
});
