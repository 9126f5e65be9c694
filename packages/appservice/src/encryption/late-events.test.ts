import { memoryStore } from "@patrix/client";
import type { ClientEvent } from "@patrix/events";
import { expect, it } from "vitest";
import type { News } from "../intake/read-transaction.ts";
import type { DurableQueue } from "../queue/durable-queue.ts";
import type { AppserviceChange } from "../store/appservice-store.ts";
import { LateEvents, MAX_UNDECRYPTED } from "./late-events.ts";

const roomId = "!room:x";
const event = (at: number): ClientEvent => ({
  type: "m.room.encrypted",
  event_id: `$${at}`,
  room_id: roomId,
  sender: "@a:x",
  origin_server_ts: at,
  content: { session_id: `s${at % 2}` },
});

it("events are handled again when their key has come, each once, under the name of before; others are kept", async () => {
  const store = memoryStore<string>();
  const late = await LateEvents.open(store);
  for (const at of [1, 2, 3]) await late.add(`item ${at}`, event(at));
  const added: { id?: string; lane: string; value: News }[] = [];
  let isBroken = true;
  const queue: Pick<DurableQueue<News>, "add"> = {
    async add(items, also = []) {
      if (isBroken) throw new Error("the disk is full");
      added.push(...items);
      await store.write(also as AppserviceChange[]);
    },
  };
  const key = { roomId, sessionId: "s1" } as const;
  await expect(late.handleAgain(queue, key)).rejects.toThrow("full");
  isBroken = false;
  await late.handleAgain(queue, key);
  await late.handleAgain(queue, key);
  expect(added.map(({ id, lane }) => `${id} ${lane}`)).toEqual([`item 1 ${roomId}`, `item 3 ${roomId}`]);
  expect(added[0]?.value).toEqual({ kind: "event", event: event(1), isLate: true });
  const again = await LateEvents.open(store);
  expect([again.isWanted(roomId, "s1"), again.isWanted(roomId, "s0")]).toEqual([false, true]);
});

it("the newest thousand are kept, in the store too", async () => {
  const store = memoryStore<string>();
  const late = await LateEvents.open(store);
  for (let at = 0; at < MAX_UNDECRYPTED + 3; at += 1) await late.add(String(at), event(at));
  expect((await store.all("patrix.undecrypted")).size).toBe(MAX_UNDECRYPTED);
  expect(await store.get("patrix.undecrypted", "$2")).toBeUndefined();
  expect(await store.get("patrix.undecrypted", "$3")).toBeDefined();
});
