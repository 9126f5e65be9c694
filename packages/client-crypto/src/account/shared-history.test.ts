import { type JsonObject, MatrixError } from "@patrix/api";
import type { RoomId, UserId } from "@patrix/identifiers";
import { expect, it } from "vitest";
import type { CryptoEngine, ReceivedToDevice } from "../engine/crypto-engine.ts";
import { type HistoryParts, maxBundleBytes, SharedHistory } from "./shared-history.ts";

const hour = 60 * 60_000;
const [roomId, inviter] = ["!room:x" as RoomId, "@ann:x" as UserId];

/** Shared history of a room that was joined at 0, with an engine that has been told of a file. */
function scene({ now = 0, size = 10, download = async (): Promise<Uint8Array> => new Uint8Array(1), isVerified = true } = {}) {
  const calls: string[] = [];
  let isAwaited = true;
  const history: Partial<CryptoEngine["history"]> = {
    awaited: async () => (isAwaited ? [{ roomId, inviter, acceptedTs: 0 }] : []),
    stopAwaiting: async () => {
      isAwaited = false;
      calls.push("stop");
    },
    bundleOf: async () => ({ url: "mxc://x/keys" }),
    importBundle: async () => void calls.push("import"),
    hasAllKeys: async () => true,
    makeBundle: async () => ({ bytes: new Uint8Array(size), info: "{}" }),
    shareBundle: async () => [{ id: "1", kind: "to-device", body: {}, eventType: "m.room.encrypted", txnId: "t" }],
  };
  const engine = {
    history,
    account: { status: async () => ({ hasIdentity: true, hasPrivateKeys: true, isVerified }) },
    queryUsers: async () => ({ id: "q", kind: "keys-query", body: {} }),
    markAsSent: async () => {},
  };
  const parts = {
    engine: engine as unknown as CryptoEngine,
    requests: { send: async () => ({}) as never, sendEvent: () => Promise.reject(new Error("no event is sent")) },
    files: {
      upload: async () => {
        calls.push("upload");
        return "mxc://x/keys" as const;
      },
      download,
    },
    claims: { claim: async () => false },
    backup: { fetchRoom: async () => true },
    clock: { now: () => now, sleep: async () => {} },
    logger: { debug: () => {}, warn: () => {} },
  } as unknown as HistoryParts;
  return { history: new SharedHistory(parts), calls };
}

it("keys are taken for a day after joining, once", async () => {
  const { history, calls } = scene({ now: 24 * hour });
  await expect(history.takeIn()).resolves.toBe(true);
  await expect(history.takeIn()).resolves.toBe(false);
  expect(calls).toEqual(["import", "stop"]);
  const late = scene({ now: 24 * hour + 1 });
  await expect(late.history.takeIn(roomId)).resolves.toBe(false);
  expect(late.calls).toEqual(["stop"]);
});

it("keys that could not be fetched are fetched again, those that are gone or too long are not", async () => {
  const faults: [unknown, "throws" | "gives up"][] = [
    [new MatrixError(502, "M_UNKNOWN", "later"), "throws"],
    [new MatrixError(429, "M_LIMIT_EXCEEDED", "later"), "throws"],
    [new TypeError("no network"), "throws"],
    [new MatrixError(404, "M_NOT_FOUND", "gone"), "gives up"],
    [Object.assign(new Error("too long"), { code: "RESPONSE_TOO_LARGE" }), "gives up"],
  ];
  for (const [fault, outcome] of faults) {
    const { history, calls } = scene({ download: () => Promise.reject(fault as Error) });
    if (outcome === "throws") await expect(history.takeIn()).rejects.toBe(fault);
    else await expect(history.takeIn()).resolves.toBe(false);
    expect(calls).toEqual(outcome === "throws" ? [] : ["stop"]);
  }
});

it("keys are given by a device that its user has signed, and not more than the other side takes", async () => {
  const [given, unsigned, tooMany] = [scene(), scene({ isVerified: false }), scene({ size: maxBundleBytes + 1 })];
  await expect(Promise.all([given, unsigned, tooMany].map(({ history }) => history.share(roomId, inviter)))).resolves.toEqual([
    true,
    false,
    false,
  ]);
  expect([given.calls, unsigned.calls, tooMany.calls]).toEqual([["upload"], [], []]);
});

it("only a message that came encrypted tells of keys", async () => {
  const { history, calls } = scene();
  const told = (type: string, encryption: ReceivedToDevice["encryption"]): ReceivedToDevice => ({
    event: { type, sender: inviter, content: { room_id: roomId } } as JsonObject,
    encryption,
  });
  history.note([told("m.room_key_bundle", "none"), told("m.room_key_bundle", "failed"), told("m.room_key", "ok")]);
  await history.takeIn("!other:x" as RoomId);
  expect(calls).toEqual([]);
  history.note([told("m.room_key_bundle", "ok")]);
  await expect.poll(() => calls).toEqual(["import", "stop"]);
});
