import { model, obj } from "@patrix/api";
import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { messageEvent } from "./define.ts";
import type { ClientEventWithoutRoomId } from "../envelopes/client-event.ts";
import { EventRegistry } from "./event-registry.ts";
import { knownEvents } from "./known-events.ts";

interface PingContent {
  nonce: string;
}
const PingContent = model(() => obj<PingContent>({ nonce: z.string() }));

declare module "../registry/define.ts" {
  interface MessageLikeEventMap {
    "com.example.ping": PingContent;
  }
}

const envelope = { event_id: "$event", sender: "@alice:example.org", origin_server_ts: 1 } as const;

function event(fields: Pick<ClientEventWithoutRoomId, "type" | "content"> & Partial<ClientEventWithoutRoomId>): ClientEventWithoutRoomId {
  return { ...envelope, ...fields };
}

describe("check", () => {
  const registry = knownEvents();

  it("hands back the very event, with its content", () => {
    const raw = event({ type: "m.room.message", content: { msgtype: "m.text", body: "hi", "com.example.extra": 1 } });
    const result = registry.check(raw);
    expect(result.ok && result.event).toBe(raw);
  });

  it("keeps the envelope of an event with one bad field, and points at the field", () => {
    const raw = event({ type: "m.room.power_levels", state_key: "", content: { ban: 50, users: { "@bob:example.org": "high" } } });
    expect(registry.check(raw)).toEqual({
      ok: false,
      event: raw,
      issues: [{ pointer: "/content/users/@bob:example.org", message: "expected a number, or a text that holds an integer" }],
    });
  });

  it("takes power levels in texts, as room versions 1 to 9 have them", () => {
    const levels = (ban: unknown) => knownEvents().checkContent("state", "m.room.power_levels", { ban, users: { "@a:b": " +0100 " } });
    expect([levels("50").ok, levels(50.5).ok, levels(50).ok]).toEqual([true, true, true]);
    for (const level of ["", "high", "1.5", "0x10", null, {}, [5]]) expect(levels(level).ok).toBe(false);
  });

  it("points at the field of the message type that was sent", () => {
    const raw = event({ type: "m.room.message", content: { msgtype: "m.image", body: "cat.png", info: { w: "wide" } } });
    const result = registry.check(raw);
    expect(!result.ok && result.issues.map((issue) => issue.pointer)).toEqual(["/content/info/w"]);
  });

  it("passes types that nobody declared, and message types and enum values that are not known", () => {
    expect(registry.check(event({ type: "com.example.unknown", content: { anything: [1] } })).ok).toBe(true);
    expect(registry.check(event({ type: "m.room.message", content: { msgtype: "com.example.dice", body: "4" } })).ok).toBe(true);
    const member = { membership: "com.example.lurk" };
    expect(registry.check(event({ type: "m.room.member", state_key: "@bob:example.org", content: member })).ok).toBe(true);
  });

  it("tells state from messages by the state key", () => {
    expect(registry.check(event({ type: "m.room.name", content: { name: 1 } })).ok).toBe(true);
    expect(registry.check(event({ type: "m.room.name", state_key: "", content: { name: 1 } })).ok).toBe(false);
  });

  it("refuses a state key that the type does not have", () => {
    const result = registry.check(event({ type: "m.room.name", state_key: "second", content: { name: "x" } }));
    expect(!result.ok && result.issues[0]?.pointer).toBe("/state_key");
  });

  it("takes malformed relations and mentions away and keeps the message", () => {
    const content = { msgtype: "m.text", body: "hi", "m.relates_to": "thread", "m.mentions": { user_ids: [5] } };
    const raw = event({ type: "m.room.message", content });
    const result = registry.check(raw);
    expect(result).toMatchObject({ ok: true, event: { event_id: "$event", content: { msgtype: "m.text", body: "hi" } } });
    expect(result.ok && Object.keys(result.event.content)).toEqual(["msgtype", "body"]);
    expect(result.ok && !result.redacted && result.ignored.map((issue) => issue.pointer)).toEqual([
      "/content/m.relates_to",
      "/content/m.mentions/user_ids/0",
    ]);
    expect(raw.content).toBe(content);
  });

  it("refuses a message that has more than that wrong", () => {
    const result = registry.check(event({ type: "m.room.message", content: { msgtype: "m.text", "m.relates_to": 5 } }));
    expect(!result.ok && result.issues.map((issue) => issue.pointer).toSorted()).toEqual(["/content/body", "/content/m.relates_to"]);
  });

  it("ignores the malformed order of a space child", () => {
    const raw = event({ type: "m.space.child", state_key: "!room:example.org", content: { via: ["example.org"], order: "ä" } });
    expect(registry.check(raw)).toMatchObject({ ok: true, event: { content: { via: ["example.org"] } } });
  });

  it("asks nothing to be there of a redacted event, but what is there to be right", () => {
    const unsigned = { redacted_because: { type: "m.room.redaction" } };
    const redacted = event({ type: "m.room.message", content: {}, unsigned });
    expect(registry.check(redacted)).toEqual({ ok: true, redacted: true, event: redacted });
    const wrong = event({ type: "m.room.power_levels", state_key: "", content: { users: [] }, unsigned });
    expect(registry.check(wrong)).toMatchObject({ ok: false, issues: [{ pointer: "/content/users" }] });
  });
});

describe("the other kinds", () => {
  const registry = knownEvents();

  it("check stripped state, to-device events, ephemeral events, account data and EDUs", () => {
    const sender = "@alice:example.org";
    expect(registry.checkStripped({ type: "m.room.name", state_key: "", sender, content: { name: 1 } }).ok).toBe(false);
    expect(registry.checkToDevice({ type: "m.dummy", sender, content: {} }).ok).toBe(true);
    expect(registry.checkBasic("ephemeral", { type: "m.typing", content: { user_ids: [sender] } }).ok).toBe(true);
    expect(registry.checkBasic("ephemeral", { type: "m.typing", content: {} }).ok).toBe(false);
    expect(registry.checkBasic("global-account-data", { type: "m.typing", content: {} }).ok).toBe(true);
    expect(registry.checkEdu({ edu_type: "m.typing", content: { room_id: "!r:x", user_id: sender, typing: 1 } })).toMatchObject({
      ok: false,
      issues: [{ pointer: "/content/typing" }],
    });
  });

  it("find account data whose type ends in an ID", () => {
    const key = { type: "m.secret_storage.key.abc", content: { algorithm: 5 } };
    expect(registry.checkBasic("global-account-data", key)).toMatchObject({ ok: false, issues: [{ pointer: "/content/algorithm" }] });
    expect(registry.find("room-account-data", "m.secret_storage.key.abc")).toBeUndefined();
  });
});

describe("extend", () => {
  it("adds a type in one line without changing the registry it extends", () => {
    const extended = knownEvents().extend(messageEvent("com.example.ping", PingContent));
    const raw = event({ type: "com.example.ping", content: { nonce: 5 } });
    expect(extended.check(raw).ok).toBe(false);
    expect(knownEvents().check(raw).ok).toBe(true);
  });

  it("lets a later definition take the place of an earlier one", () => {
    const strict = messageEvent("com.example.ping", PingContent);
    const lax = { ...strict, content: model(() => obj<Partial<PingContent>>({ nonce: z.optional(z.string()) })) };
    const registry = new EventRegistry([strict]).extend(lax);
    expect(registry.definitions).toEqual([lax]);
    expect(registry.checkContent("message", "com.example.ping", {}).ok).toBe(true);
  });
});

describe("check in lenient mode", () => {
  const event = {
    type: "m.room.avatar",
    state_key: "",
    event_id: "$e",
    sender: "@a:b",
    origin_server_ts: 1,
    content: { url: "", x: 1 },
  } as const;

  it("repairs the content of a copy, and tells where in the event", () => {
    const repairs: unknown[] = [];
    expect(knownEvents().check(event)).toMatchObject({ ok: false });
    const result = knownEvents().check(event, { mode: "lenient", onRepair: (repair) => repairs.push(repair) });
    expect(result).toEqual({ ok: true, redacted: false, event: { ...event, content: { x: 1 } }, ignored: [] });
    expect(repairs).toEqual([{ pointer: "/content/url", rule: "empty-string-null", original: "" }]);
    expect(event.content.url).toBe("");
  });

  it("returns an event without faults as it is", () => {
    const good = { ...event, content: { url: "mxc://a/b" } } as const;
    expect(knownEvents().check(good, { mode: "lenient" }).event).toBe(good);
  });

  it("ignores malformed relations and repairs the rest", () => {
    const sticker = {
      ...event,
      type: "m.sticker",
      state_key: undefined,
      content: { body: "a", info: { mimetype: null }, url: "mxc://a/b", "m.relates_to": 5 },
    };
    const result = knownEvents().check(sticker, { mode: "lenient" });
    expect(result.ok && result.event.content).toEqual({ body: "a", info: {}, url: "mxc://a/b" });
    expect(result.ok && !result.redacted && result.ignored.map(({ pointer }) => pointer)).toEqual(["/content/m.relates_to"]);
  });
});

describe("checkContent", () => {
  it("checks a content on its own", () => {
    expect(knownEvents().checkContent("state", "m.room.topic", { topic: "x" })).toEqual({ ok: true, value: { topic: "x" }, repairs: [] });
    expect(knownEvents().checkContent("state", "m.room.topic", null).ok).toBe(false);
    expect(new EventRegistry([]).checkContent("state", "m.room.topic", []).ok).toBe(false);
  });
});
