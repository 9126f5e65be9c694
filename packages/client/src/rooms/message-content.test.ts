import { getMentions, makeEdit } from "@patrix/events";
import { describe, expect, it } from "vitest";
import { textContent } from "./message-content.ts";

describe("text messages", () => {
  it("say whom they mention, and that they mention nobody", () => {
    expect(textContent("m.text", "hi", { mentions: ["@a:x", "@a:x"] })["m.mentions"]).toEqual({ user_ids: ["@a:x"] });
    expect(textContent("m.text", "hi", { mentions: "room" })["m.mentions"]).toEqual({ room: true });
    expect(textContent("m.text", "hi")["m.mentions"]).toEqual({});
  });

  it("notify on an edit only those whom the old text did not", () => {
    const before = textContent("m.text", "hi", { mentions: ["@a:x"] });
    const edit = makeEdit(textContent("m.text", "ho", { mentions: ["@a:x", "@b:x"] }), { event_id: "$e", content: before });
    expect(getMentions(edit)).toEqual({ user_ids: ["@b:x"] });
  });
});
