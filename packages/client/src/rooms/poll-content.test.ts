import { PollStartContent } from "@patrix/events/unstable";
import { describe, expect, it } from "vitest";
import { pollContent } from "./poll-content.ts";

describe("a poll", () => {
  it("is what clients know as one, with a text for those that do not", () => {
    const content = pollContent("Tea?", ["yes", "no"], { kind: "undisclosed", max: 2 });
    expect(PollStartContent.safeParse(content).ok).toBe(true);
    expect(content).toMatchObject({
      "org.matrix.msc1767.text": "Tea?\n1. yes\n2. no",
      "org.matrix.msc3381.poll.start": {
        kind: "org.matrix.msc3381.poll.undisclosed",
        max_selections: 2,
        answers: [{ id: "1" }, { id: "2" }],
      },
    });
    expect(pollContent("Tea?", ["yes"])).toMatchObject({
      "org.matrix.msc3381.poll.start": { kind: "org.matrix.msc3381.poll.disclosed", max_selections: 1 },
    });
  });

  it("has answers to choose from, and as many choices at most", () => {
    const twenty = Array.from({ length: 20 }, (_, index) => `${index}`);
    pollContent("?", twenty, { max: 20 });
    expect(() => pollContent("?", [])).toThrow("answers: 1 to 20 are wanted, and there are 0");
    expect(() => pollContent("?", [...twenty, "x"])).toThrow("there are 21");
    for (const max of [0, 3, 1.5])
      expect(() => pollContent("?", ["a", "b"], { max })).toThrow(expect.objectContaining({ code: "INVALID_OPTIONS" }));
  });
});
