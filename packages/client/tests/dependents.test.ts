import type { JsonObject } from "@patrix/api";
import { memoryStore, type Sending, type Store } from "@patrix/client";
import type { EventId, RoomId } from "@patrix/identifiers";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { localEventId, localIdsIn } from "../src/events/local-event-id.ts";
import type { Outbox } from "../src/outbox/outbox.ts";
import { createOutbox, type Fault, FaultyServer } from "./faulty-server.ts";

const roomId: RoomId = "!a:x";
const kinds = ["message", "react", "edit", "thread", "redact", "abort", "retry", "crash", "fault"] as const;
const faults = ["drop-request", "drop-response", "500", "429", "403", "403", "garbage"] as const;
interface Step {
  readonly kind: (typeof kinds)[number];
  /** Chooses among what the step can be done to. */
  readonly pick: number;
  /** What else happens before the next step. */
  readonly turns: number;
}
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.oneof({ weight: 3, arbitrary: fc.constant("message" as const) }, { weight: 9, arbitrary: fc.constantFrom(...kinds) }),
  pick: fc.nat(1000),
  turns: fc.nat(14),
});

/** What has to have happened in all runs. */
const minima: Readonly<Record<string, number>> = {
  "sent: react": 50,
  "sent: edit": 50,
  "sent: thread": 50,
  "sent: redact": 30,
  "not sent: aborted": 20,
  "not sent: undone": 30,
  "not sent: redacted": 30,
  "not sent: dependent": 30,
  "crash with something to send": 50,
  DEPENDENCY_FAILED: 50,
  retry: 30,
  "in order": 10,
};

/** Something that was asked for. */
interface Asked {
  readonly txnId: string;
  readonly kind: Step["kind"];
  /** What it is about. */
  readonly target: string | undefined;
  /** Whether it was in the store at some time, so that it must not get lost. */
  isKept: boolean;
  isAborted: boolean;
}

/** A program with an outbox that dies at any step, behind a bad network. */
class World {
  readonly server = new FaultyServer();
  readonly store = memoryStore();
  readonly asked: Asked[] = [];
  readonly requests: string[] = [];
  #life = this.#live();
  #died = 0;

  get outbox(): Outbox {
    return this.#life.outbox;
  }

  /** A life, after whose end nothing that it has begun has any effect. */
  #live(): { outbox: Outbox; kill: () => void } {
    let isDead = false;
    const never = new Promise<never>(() => {});
    const alive = async <T>(task: () => Promise<T>): Promise<T> => {
      if (isDead) return never;
      const result = await task();
      return isDead ? never : result;
    };
    const store: Store = { ...this.store, write: (changes) => alive(() => this.store.write(changes)) };
    const fetch = (input: unknown, init?: RequestInit): Promise<Response> => {
      this.requests.push(`${String(input)} ${init?.body as string}`);
      return alive(() => this.server.fetch(input, init));
    };
    return { outbox: createOutbox({ fetch }, store), kill: () => (isDead = true) };
  }

  async crash(): Promise<void> {
    this.#life.kill();
    this.#life.outbox.pause();
    this.#died += 1;
    await this.noteKept();
    this.#life = this.#live();
    await this.outbox.restore();
  }

  async noteKept(): Promise<void> {
    const kept = await this.store.all("outbox");
    for (const each of this.asked) each.isKept ||= kept.has(each.txnId) || this.idOf(each.txnId) !== undefined;
  }

  idOf(txnId: string | undefined): string | undefined {
    return this.server.events.find((event) => event.txnId === txnId)?.id;
  }

  send(kind: Step["kind"], target?: Asked): void {
    const txnId = `t${this.asked.length}`;
    this.asked.push({ txnId, kind, target: target?.txnId, isKept: false, isAborted: false });
    const event_id: EventId = localEventId(target?.txnId ?? "");
    const contents: Partial<Record<Step["kind"], JsonObject>> = {
      message: { body: txnId },
      react: { "m.relates_to": { rel_type: "m.annotation", event_id, key: "x" } },
      edit: { body: txnId, "m.new_content": { body: txnId }, "m.relates_to": { rel_type: "m.replace", event_id } },
      thread: { body: txnId, "m.relates_to": { rel_type: "m.thread", event_id, "m.in_reply_to": { event_id } } },
    };
    const type = { redact: "m.room.redaction", react: "m.reaction" }[kind as string] ?? "m.room.message";
    const made = kind === "redact" ? { content: {}, redacts: event_id } : { content: contents[kind] ?? {} };
    void this.outbox.send({ roomId, type, txnId, prepare: async () => made });
  }

  async run({ kind, pick }: Step): Promise<boolean> {
    const of = <T>(all: readonly T[]): T | undefined => all[pick % Math.max(1, all.length)];
    if (kind === "message") this.send(kind);
    else if (kind === "fault") this.server.faults.push(of(faults) as Fault);
    else if (kind === "crash") await this.crash();
    else if (kind === "abort" || kind === "retry") {
      const sending = of(this.outbox.list.value.filter(({ state }) => kind === "abort" || state.value === "failed"));
      if (!sending) return false;
      if (kind === "retry") sending.retry();
      else {
        const [asked, isAborted] = [this.asked.find(({ txnId }) => txnId === sending.txnId), await sending.abort()];
        if (asked && isAborted) asked.isAborted = true;
        return isAborted;
      }
    } else {
      // Somebody sees what is on its way.
      const target = of(this.outbox.pendingIn(roomId));
      const asked = target && this.asked.find(({ txnId }) => txnId === target.sending.txnId);
      if (!asked) return false;
      this.send(kind, asked);
    }
    return true;
  }

  /** Lets everything be sent that can be. */
  async settle(): Promise<void> {
    await this.noteKept();
    this.server.faults.length = 0;
    for (let round = 0; this.outbox.list.value.length > 0; round += 1) {
      expect(round).toBeLessThan(50);
      const sendings: readonly Sending[] = this.outbox.list.value;
      for (const sending of sendings) sending.retry();
      await Promise.allSettled(sendings);
      await new Promise(setImmediate);
    }
  }

  /** Why something asked for was rightly not sent. */
  whyNot({ txnId, kind, target, isKept, isAborted }: Asked): string | undefined {
    if (isAborted) return "aborted";
    if (!isKept && this.#died > 0) return "lost";
    const isThere = this.idOf(target) !== undefined;
    if (kind === "redact" && !isThere) return "undone";
    // What was discarded after a failure may be with the server all the same, if the answer to an earlier try was lost.
    const isDiscarded = this.asked.some((each) => each.txnId === target && each.isAborted);
    if (target !== undefined && (!isThere || isDiscarded)) return "dependent";
    return this.asked.some((each) => each.kind === "redact" && each.target === txnId) ? "redacted" : undefined;
  }
}

it("names what the server knows, once each, whatever fails and whenever the program dies", { timeout: 120_000 }, async () => {
  const counts = new Map<string, number>();
  const rare = (): [string, number][] => Object.entries(minima).filter(([what, minimum]) => (counts.get(what) ?? 0) < minimum);
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
  const property = fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
    const world = new World();
    for (const each of steps) {
      const waiting = world.outbox.list.value.length > 1;
      if (await world.run(each)) count(each.kind === "crash" && waiting ? "crash with something to send" : each.kind);
      for (let turn = 0; turn < each.turns; turn += 1) await Promise.resolve();
      for (const { error } of world.outbox.list.value) if (error) count(error.code);
    }
    await world.settle();
    const { events } = world.server;
    expect(world.requests.filter((request) => request.includes("$local") || request.includes("%24local"))).toEqual([]);
    for (const asked of world.asked) {
      const event = events.find(({ txnId }) => txnId === asked.txnId);
      if (!event) {
        const why = world.whyNot(asked);
        expect([asked, why]).toEqual([asked, expect.any(String)]);
        count(`not sent: ${why}`);
        continue;
      }
      if (asked.target === undefined) continue;
      const [id, relates] = [world.idOf(asked.target), event.content["m.relates_to"] as JsonObject | undefined];
      expect([event.redacts ?? relates?.["event_id"], localIdsIn(event).size]).toEqual([id, 0]);
      if (asked.kind === "thread") expect(relates?.["m.in_reply_to"]).toEqual({ event_id: id });
      expect(events.findIndex((other) => other.id === id)).toBeLessThan(events.indexOf(event));
      count(`sent: ${asked.kind}`);
    }
    expect(new Set(events.map(({ txnId }) => txnId)).size).toBe(events.length);
    if (!steps.some(({ kind }) => kind === "fault")) {
      const order = events.map(({ txnId }) => Number(txnId.slice(1)));
      expect(order).toEqual(order.toSorted((a, b) => a - b));
      count("in order");
    }
    await expect.poll(async () => (await world.store.all("outbox")).size, { interval: 1 }).toBe(0);
  });

  // Chance alone may leave out what is rare.
  for (let round = 0; round < 3 && rare().length > 0; round += 1)
    await fc.assert(property, { numRuns: Number(process.env["RUNS"] ?? 300) });
  expect([rare(), Object.fromEntries(counts)]).toEqual([[], expect.anything()]);
});
