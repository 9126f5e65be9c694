import { redactEvent, sendMessage } from "@patrix/client-api";
import type { TimerClock } from "@patrix/concurrency";
import type { RoomId } from "@patrix/identifiers";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HttpClient } from "../http/http-client.ts";
import { retryPolicy } from "../http/retry-policy.ts";
import { silentLogger } from "../logger.ts";
import { memoryStore } from "../stores/memory-store.ts";
import type { Store } from "../stores/store.ts";
import { Outbox } from "./outbox.ts";
import type { Sending } from "./sending.ts";

type Fault = "none" | "drop-request" | "drop-response" | "500" | "429" | "garbage";
const instant: TimerClock = { now: () => 0, sleep: async (_, signal) => signal?.throwIfAborted() };

/** A room server that counts each transaction once, behind a network with faults. */
class FaultyServer {
  readonly events: { room: string; body: string }[] = [];
  readonly faults: Fault[] = [];
  readonly seen: string[] = [];
  forbidden = false;
  gate: Promise<void> = Promise.resolve();
  readonly #transactions = new Map<string, string>();

  readonly fetch = async (input: unknown, init?: RequestInit): Promise<Response> => {
    init?.signal?.throwIfAborted();
    const fault = this.faults.shift() ?? "none";
    const path = new URL(String(input)).pathname.split("/").map(decodeURIComponent);
    this.seen.push(path.at(-1) ?? "");
    await this.gate;
    init?.signal?.throwIfAborted();
    if (fault === "drop-request") throw new TypeError("connection reset");
    if (fault === "429") return Response.json({ errcode: "M_LIMIT_EXCEEDED", error: "slow", retry_after_ms: 5 }, { status: 429 });
    if (fault === "500") return new Response("<html>", { status: 502 });
    if (this.forbidden) return Response.json({ errcode: "M_FORBIDDEN", error: "no" }, { status: 403 });
    const answer = { event_id: this.#accept(path[5] ?? "", path.at(-1) ?? "", init?.body as string) };
    if (fault === "drop-response") throw new TypeError("connection reset");
    return fault === "garbage" ? new Response("{") : Response.json(answer);
  };

  #accept(room: string, txnId: string, body: string): string {
    const known = this.#transactions.get(txnId);
    if (known !== undefined) return known;
    this.events.push({ room, body: JSON.parse(body).body });
    const id = `$${this.events.length}`;
    this.#transactions.set(txnId, id);
    return id;
  }
}

function createOutbox(server: Pick<FaultyServer, "fetch">, store: Store = memoryStore()): Outbox {
  const parts = { fetch: server.fetch, clock: instant, retry: retryPolicy(), logger: silentLogger };
  const credentials = { accessToken: async () => "token", rejected: async () => false };
  const seal = async <E>(_: RoomId, event: E): Promise<E> => event;
  return new Outbox({ ...parts, store, seal, http: new HttpClient({ ...parts, baseUrl: () => "https://example.org", credentials }) });
}
function send(outbox: Outbox, body: string, roomId: RoomId = "!a:x"): Sending {
  return outbox.send({ roomId, type: "m.room.message", prepare: () => ({ content: { body } }) });
}

describe("the outbox", () => {
  it("makes exactly one event of each send, in order, whatever the network does", async () => {
    const faults = fc.array(fc.constantFrom<Fault>("none", "drop-request", "drop-response", "500", "429", "garbage"), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(faults, fc.integer({ min: 1, max: 6 }), async (given, count) => {
        const server = new FaultyServer();
        server.faults.push(...given);
        const outbox = createOutbox(server);
        const sendings = Array.from({ length: count }, (_, index) => send(outbox, String(index), index % 2 === 0 ? "!a:x" : "!b:x"));
        const ids = await Promise.all(sendings);
        expect(new Set(ids).size).toBe(count);
        expect(server.events.map(({ body }) => body).toSorted()).toEqual(sendings.map((_, index) => String(index)).toSorted());
        for (const room of ["!a:x", "!b:x"]) {
          const bodies = server.events.filter((event) => event.room === room).map(({ body }) => Number(body));
          expect(bodies).toEqual(bodies.toSorted((a, b) => a - b));
        }
        expect(outbox.list.value).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("makes exactly one event of each send, whenever the program dies and is started again", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom<Fault>("none", "drop-request", "drop-response", "500"), { maxLength: 10 }),
        fc.nat(12),
        async (given, turns) => {
          const server = new FaultyServer();
          server.faults.push(...given);
          const store = memoryStore();
          const first = createOutbox(server, store);
          const sendings = ["0", "1", "2"].map((body) => send(first, body));
          // A send counts once it was kept: from then on the program may die at any step.
          while ((await store.all("outbox")).size + server.events.length < 3) await Promise.resolve();
          for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
          first.pause();
          const second = createOutbox(server, store);
          await second.restore();
          await Promise.all(second.list.value);
          expect(server.events.map(({ body }) => body)).toEqual(["0", "1", "2"]);
          expect((await store.all("outbox")).size).toBe(0);
          expect(sendings.length).toBe(3);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("keeps a send that the server refuses as failed, goes on with the next, and sends it on retry", async () => {
    const server = new FaultyServer();
    const store = memoryStore();
    const outbox = createOutbox(server, store);
    server.forbidden = true;
    const sending = send(outbox, "one");
    await expect(sending).rejects.toMatchObject({ errcode: "M_FORBIDDEN" });
    expect([sending.state.value, sending.error?.code, outbox.list.value]).toEqual(["failed", "MATRIX_ERROR", [sending]]);
    const restarted = createOutbox(server, store);
    await restarted.restore();
    expect(restarted.list.value.map(({ state }) => state.value)).toEqual(["failed"]);
    server.forbidden = false;
    await send(outbox, "two");
    sending.retry();
    await sending;
    expect(server.events.map(({ body }) => body)).toEqual(["two", "one"]);
    expect((await store.all("outbox")).size).toBe(0);
  });

  it("fails again what cannot be prepared on retry, also while sending is paused", async () => {
    const outbox = createOutbox(new FaultyServer());
    const sending = outbox.send({ roomId: "!a:x", type: "m.room.message", prepare: () => Promise.reject(new Error("no such file")) });
    await expect(sending).rejects.toMatchObject({ code: "BAD_FILE" });
    outbox.pause();
    sending.retry();
    // A rejection that nobody has taken by then ends the program.
    await new Promise(setImmediate);
    outbox.resume();
    await expect(sending).rejects.toMatchObject({ code: "BAD_FILE" });
  });

  it("takes back what was not tried yet, and nothing else", async () => {
    const server = new FaultyServer();
    let open = (): void => {};
    server.gate = new Promise((resolve) => (open = resolve));
    const store = memoryStore();
    const outbox = createOutbox(server, store);
    const [first, second] = [send(outbox, "1"), send(outbox, "2")];
    await first.state.until((state) => state === "sending");
    expect([await first.abort(), await second.abort()]).toEqual([false, true]);
    await expect(second).rejects.toMatchObject({ code: "CANCELLED" });
    expect(second.state.value).toBe("cancelled");
    open();
    await first;
    expect(server.events.map(({ body }) => body)).toEqual(["1"]);
    expect((await store.all("outbox")).size).toBe(0);
  });

  it("is kept in the store before the first try", async () => {
    const server = new FaultyServer();
    const store = memoryStore();
    const kept: Promise<number>[] = [];
    const fetch: typeof server.fetch = (input, init) => {
      kept.push(store.all("outbox").then(({ size }) => size));
      return server.fetch(input, init);
    };
    await send(createOutbox({ fetch }, store), "1");
    expect(await Promise.all(kept)).toEqual([1]);
  });

  it("uses endpoints that carry the transaction in their path", () => {
    for (const endpoint of [sendMessage, redactEvent]) expect(endpoint.routes[0]?.path).toMatch(/\{txnId\}$/);
  });
});
