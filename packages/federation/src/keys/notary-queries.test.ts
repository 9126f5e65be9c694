import { expect, it } from "vitest";
import type { KeySource } from "./key-source.ts";
import { NotaryQueries } from "./notary-queries.ts";

it("answers everyone who asks for the same server at the same time, after one query", async () => {
  const queries: string[][] = [];
  const source: KeySource = {
    fetchServerKeys: async () => ({}),
    queryNotary: async (_notary, { server_keys: criteria }) => {
      queries.push(Object.keys(criteria));
      return [];
    },
  };
  const notary = new NotaryQueries({ server: "n.org", keys: [] }, source, { now: () => 0 });
  const answers = await Promise.all(["a.org", "a.org", "b.org", "n.org"].map((server) => notary.ask(server)));
  expect(answers).toEqual([undefined, undefined, undefined, undefined]);
  expect(queries).toEqual([["a.org", "b.org"]]);
});
