import type { SyncResponse } from "@patrix/client-api";
import { expect, it } from "vitest";
import { platformClock } from "../platform-clock.ts";
import { retryPolicy } from "../http/retry-policy.ts";
import { silentLogger } from "../logger.ts";
import { memoryStore } from "../stores/memory-store.ts";
import { scriptedHttp } from "../../tests/scripted-http.ts";
import { SyncLoop } from "./sync-loop.ts";
import type { SyncProtocol } from "./sync-protocol.ts";

it("takes the keys of an answer in once, with the first of its parts", async () => {
  const abort = new AbortController();
  const part = (id: `!${string}`): SyncResponse => ({ next_batch: "t", rooms: { join: { [id]: {} } } });
  const protocol: SyncProtocol = {
    poll: async () => ({
      response: part("!a"),
      more: (async function* () {
        yield part("!b");
        yield part("!c");
      })(),
    }),
    knows: () => true,
    renewed: () => undefined,
    gapEnd: () => undefined,
  };
  const taken: [string, boolean][] = [];
  const stored: unknown[] = [];
  const loop = new SyncLoop({
    http: scriptedHttp(() => ({})),
    protocol: async () => protocol,
    store: memoryStore(),
    persist: async (changes) => void stored.push(changes),
    clock: platformClock,
    retry: retryPolicy(undefined),
    logger: silentLogger,
    edits: { load: async () => {} },
    takeIn: async (one) => {
      taken.push([Object.keys(one.response.rooms?.join ?? {}).join(), one.isMore === true]);
      return one;
    },
    wasJoined: () => false,
    lastEventId: () => undefined,
    goBack: () => {},
    startOver: async () => {},
    apply: ({ rooms }) => ({
      changes: [{ table: "rooms", key: Object.keys(rooms?.join ?? {}).join(), value: 1 }],
      batches: new Map(),
      handled: Promise.resolve(),
    }),
  });
  await loop.run(abort.signal, () => abort.abort());
  expect(taken).toEqual([
    ["!a", false],
    ["!b", true],
    ["!c", true],
  ]);
  const rows = ["!a", "!b", "!c"].map((key) => ({ table: "rooms", key, value: 1 }));
  expect(stored).toEqual([[...rows, { table: "sync", key: "token", value: "t" }]]);
});
