import { describe, expect, it } from "vitest";
import { knownEvents } from "../registry/known-events.ts";
import { type PollStartContent, pollStart } from "./msc3381-polls.ts";
import { inviteVerdict } from "./msc4155-invite-filtering.ts";
import { unstableEvents } from "./unstable-events.ts";

describe("unstableEvents", () => {
  it("are not known unless they are added", () => {
    const poll = { question: { "org.matrix.msc1767.text": "Tea?" }, answers: [{ id: "1", "org.matrix.msc1767.text": "Yes" }] };
    const content: PollStartContent = { "org.matrix.msc3381.poll.start": poll };
    const registry = knownEvents().extend(...unstableEvents());
    expect(registry.checkContent("message", pollStart.type, content).ok).toBe(true);
    expect(registry.checkContent("message", pollStart.type, {}).ok).toBe(false);
    expect(knownEvents().checkContent("message", pollStart.type, {}).ok).toBe(true);
  });
});

describe("inviteVerdict", () => {
  it("looks at users before servers, and lets in before it keeps out", () => {
    const filter = { allowed_users: ["@friend:*"], blocked_servers: ["evil.*"], ignored_users: ["@spam*:*"] };
    const inviters = ["@friend:evil.org", "@other:evil.org", "@spam1:good.org", "@other:good.org"] as const;
    expect(inviters.map((inviter) => inviteVerdict(filter, inviter))).toEqual(["allow", "block", "ignore", "allow"]);
    expect(inviteVerdict({ ...filter, enabled: false }, "@other:evil.org")).toBe("allow");
  });
});
