import { redactEvent, sendMessage } from "@patrix/client-api";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createOutbox, type Fault, FaultyServer, send } from "../../tests/faulty-server.ts";
import { memoryStore } from "../stores/memory-store.ts";

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
        expect(server.bodies.toSorted()).toEqual(sendings.map((_, index) => String(index)).toSorted());
        for (const room of ["!a:x", "!b:x"]) {
          const bodies = server.events.filter((event) => event.room === room).map(({ content }) => Number(content["body"]));
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
          expect(server.bodies).toEqual(["0", "1", "2"]);
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
    expect(server.bodies).toEqual(["two", "one"]);
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
    expect(server.bodies).toEqual(["1"]);
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
