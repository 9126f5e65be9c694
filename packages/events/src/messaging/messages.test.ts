import type { UserId } from "@patrix/identifiers";
import { describe, expect, it } from "vitest";
import { applyEdit, type EditableEvent, editFault, latestEdit, makeEdit } from "./edit.ts";
import { captionOf, filenameOf, mediaSourceOf, mimetypeOf } from "./media-message.ts";
import { removePlainReplyFallback } from "./plain-reply-fallback.ts";
import { makeReply, makeThreadReply } from "./reply.ts";
import { getMentions, withMentions } from "./with-mentions.ts";

const text = { msgtype: "m.text", body: "hi" } as const;

describe("replies", () => {
  const target = { event_id: "$e", sender: "@a:x" } as const;

  it("point at the event and mention its sender unless told not to", () => {
    expect(makeReply(text, target)).toEqual({
      ...text,
      "m.relates_to": { "m.in_reply_to": { event_id: "$e" } },
      "m.mentions": { user_ids: ["@a:x"] },
    });
    expect(makeReply(text, target, { mention: false })).not.toHaveProperty("m.mentions");
  });

  it("stay in the thread of the event", () => {
    const threaded = { ...target, content: { "m.relates_to": { rel_type: "m.thread", event_id: "$root" } } };
    expect(makeReply(text, threaded)["m.relates_to" as never]).toEqual({
      rel_type: "m.thread",
      event_id: "$root",
      is_falling_back: false,
      "m.in_reply_to": { event_id: "$e" },
    });
  });

  it("carry a fallback in threads", () => {
    expect(makeThreadReply(text, "$root", "$last")).toMatchObject({
      "m.relates_to": { rel_type: "m.thread", event_id: "$root", is_falling_back: true, "m.in_reply_to": { event_id: "$last" } },
    });
  });
});

describe("mentions", () => {
  it("add up without repeats, and are there when empty", () => {
    const once = withMentions(text, { userIds: ["@a:x"] });
    expect(getMentions(withMentions(once, { userIds: ["@a:x", "@b:x"], room: true }))).toEqual({ user_ids: ["@a:x", "@b:x"], room: true });
    expect(withMentions(text, {})).toEqual({ ...text, "m.mentions": {} });
    expect(getMentions({ "m.mentions": { user_ids: "x" } })).toEqual({});
  });
});

const original: EditableEvent = { event_id: "$o", type: "m.room.message", sender: "@a:x", origin_server_ts: 1, content: { ...text } };
function editOf(fields: Partial<EditableEvent>): EditableEvent {
  const content = { ...makeEdit({ ...text, body: "ho" }, { event_id: "$o" }) };
  return { ...original, event_id: "$e", origin_server_ts: 2, content, ...fields };
}

describe("edits", () => {
  it("carry a fallback, the new content and only new mentions", () => {
    const before = { content: withMentions(text, { userIds: ["@a:x"] }) };
    const now = { ...withMentions(text, { userIds: ["@a:x", "@b:x"] }), formatted_body: "<b>hi</b>" };
    expect(makeEdit(now, { event_id: "$o", ...before })).toEqual({
      msgtype: "m.text",
      body: "* hi",
      formatted_body: "* <b>hi</b>",
      "m.mentions": { user_ids: ["@b:x"] },
      "m.new_content": now,
      "m.relates_to": { rel_type: "m.replace", event_id: "$o" },
    });
  });

  it("notify nobody again whom an earlier edit of the event has", () => {
    const mentioning = (...userIds: UserId[]) => withMentions(text, { userIds });
    const first = makeEdit(mentioning("@a:x", "@b:x"), { event_id: "$o", content: mentioning("@a:x") });
    expect(getMentions(first)).toEqual({ user_ids: ["@b:x"] });
    const second = makeEdit(mentioning("@a:x", "@b:x", "@c:x"), { event_id: "$o", content: first });
    expect(getMentions(second)).toEqual({ user_ids: ["@c:x"] });
  });

  it("count only by the rules", () => {
    expect(editFault(original, editOf({}))).toBeUndefined();
    expect(editFault(original, editOf({ sender: "@b:x" }))).toBe("different-sender");
    expect(editFault(original, editOf({ type: "m.sticker" }))).toBe("different-type");
    expect(editFault(original, editOf({ state_key: "" }))).toBe("state-event");
    expect(editFault({ ...original, room_id: "!1" }, editOf({ room_id: "!2" }))).toBe("different-room");
    expect(editFault({ ...original, event_id: "$p" }, editOf({}))).toBe("not-an-edit-of-this");
    expect(editFault({ ...original, content: editOf({}).content }, editOf({}))).toBe("edits-an-edit");
    expect(editFault(original, editOf({ content: { "m.relates_to": { rel_type: "m.replace", event_id: "$o" } } }))).toBe("no-new-content");
  });

  it("count the latest, and of two at once the one with the greater ID", () => {
    const edits = [editOf({ event_id: "$b" }), editOf({ event_id: "$c", sender: "@b:x", origin_server_ts: 9 }), editOf({ event_id: "$a" })];
    expect(latestEdit(original, edits)?.event_id).toBe("$b");
    expect(latestEdit(original, [...edits, editOf({ event_id: "$0", origin_server_ts: 3 })])?.event_id).toBe("$0");
    expect(latestEdit(original, [])).toBeUndefined();
  });

  it("take the place of the content but for its relation", () => {
    const relation = { "m.in_reply_to": { event_id: "$r" } };
    const reply = { ...original, content: { ...text, formatted_body: "x", "m.relates_to": relation } };
    expect(applyEdit(reply, editOf({}))).toEqual({ ...text, body: "ho", "m.relates_to": relation });
    expect(applyEdit(original, editOf({}))).toEqual({ ...text, body: "ho" });
    expect(applyEdit(original, editOf({ sender: "@b:x" }))).toBe(original.content);
  });

  it("never bring back the text of what is redacted, be it the event or the edit", () => {
    const unsigned = { redacted_because: { type: "m.room.redaction" } };
    const redacted = { ...original, content: {}, unsigned };
    for (const event of [redacted, { ...redacted, unsigned: undefined }, { ...original, unsigned }]) {
      expect(editFault(event, editOf({}))).toBe("redacted");
      expect(latestEdit(event, [editOf({})])).toBeUndefined();
      expect(applyEdit(event, editOf({}))).toBe(event.content);
    }
    expect(editFault(original, editOf({ unsigned }))).toBe("redacted");
    expect(latestEdit(original, [editOf({}), editOf({ event_id: "$later", origin_server_ts: 9, unsigned })])?.event_id).toBe("$e");
  });
});

describe("media", () => {
  it("have a caption where body and file name differ", () => {
    expect([
      captionOf({ body: "a.png" }),
      captionOf({ body: "a.png", filename: "a.png" }),
      captionOf({ body: "My cat", filename: "a.png" }),
    ]).toEqual([undefined, undefined, "My cat"]);
    expect([filenameOf({ body: "a.png" }), filenameOf({ body: "My cat", filename: "a.png" })]).toEqual(["a.png", "a.png"]);
  });

  it("have a media type and a source", () => {
    expect([mimetypeOf({ body: "", info: { mimetype: "Image/PNG; x=1" } }), mimetypeOf({ body: "" })]).toEqual([
      "image/png",
      "application/octet-stream",
    ]);
    expect(mediaSourceOf({ body: "", url: "mxc://x/y" })).toEqual({ url: "mxc://x/y", encrypted: undefined });
    expect(mediaSourceOf({ body: "" })).toBeUndefined();
  });
});

describe("removePlainReplyFallback", () => {
  it("removes the leading quotation only", () => {
    expect(removePlainReplyFallback("> <@a:x> one\n> two\n\nanswer\n> quoted")).toBe("answer\n> quoted");
    expect(removePlainReplyFallback("answer")).toBe("answer");
    expect(removePlainReplyFallback(">no space")).toBe(">no space");
    expect(removePlainReplyFallback("> only")).toBe("");
  });
});
