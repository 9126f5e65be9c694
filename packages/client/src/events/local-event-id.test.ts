import { describe, expect, it } from "vitest";
import { isLocalEventId, localEventId, localIdsIn, replaceLocalIds, requireSent } from "./local-event-id.ts";

const [a, b] = [localEventId("a"), localEventId("b")];

describe("IDs of events that are not sent yet", () => {
  it("are told from those of servers, whatever the transaction is called", () => {
    expect([a, localEventId("x:y/z"), localEventId("")].map(isLocalEventId)).toEqual([true, true, true]);
    const real = ["$local:example.org", "$local.x:example.org", "$abc", "$localABC_-123", "local.a", 5, undefined];
    expect(real.map(isLocalEventId)).toEqual(real.map(() => false));
  });

  it("are found and replaced wherever they stand but in texts", () => {
    const content = {
      body: a,
      formatted_body: a,
      "m.relates_to": { rel_type: "m.thread", event_id: a, "m.in_reply_to": { event_id: b } },
      list: [{ id: a }, b, "$real"],
      [a]: { body: [b] },
    };
    expect([...localIdsIn(content)].sort()).toEqual([a, b]);
    expect(replaceLocalIds(content, (id) => (id === a ? "$A" : undefined))).toEqual({
      body: a,
      formatted_body: a,
      "m.relates_to": { rel_type: "m.thread", event_id: "$A", "m.in_reply_to": { event_id: b } },
      list: [{ id: "$A" }, b, "$real"],
      $A: { body: [b] },
    });
    const text = { body: a, "m.relates_to": { event_id: "$real" } };
    expect(replaceLocalIds(text, () => "$A")).toBe(text);
  });

  it("are refused where they would leave, and texts, files and circles of other objects are not looked into", () => {
    expect(() => requireSent({ path: { eventId: a } })).toThrow(
      expect.objectContaining({ code: "NOT_SENT", message: expect.stringContaining(a) }),
    );
    const blob = Object.assign(new Blob(["x"]), { id: a });
    for (const fine of [{ body: { body: a, reason: a } }, { body: blob }, { body: new Uint8Array(3) }, undefined, "$real"])
      requireSent(fine);
  });
});
