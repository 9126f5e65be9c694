import type { RoomId } from "@patrix/identifiers";
import { describe, expect, it } from "vitest";
import { createOutbox, FaultyServer, send } from "../../tests/faulty-server.ts";
import { localEventId } from "../events/local-event-id.ts";
import { memoryStore } from "../stores/memory-store.ts";
import type { Outbox } from "./outbox.ts";
import type { Sending } from "./sending.ts";

const roomId: RoomId = "!a:x";
const react = (outbox: Outbox, to: Sending): Sending => {
  const content = { "m.relates_to": { rel_type: "m.annotation", event_id: localEventId(to.txnId), key: "x" } };
  return outbox.send({ roomId, type: "m.reaction", preview: { content }, prepare: () => ({ content }) });
};
const redact = (outbox: Outbox, what: Sending): Sending =>
  outbox.send({ roomId, type: "m.room.redaction", prepare: () => ({ content: {}, redacts: localEventId(what.txnId) }) });

/** An outbox whose requests are held until they are let go. */
function held(): { server: FaultyServer; store: ReturnType<typeof memoryStore>; outbox: Outbox; release: () => void } {
  const server = new FaultyServer();
  let release = (): void => {};
  server.gate = new Promise((resolve) => (release = resolve));
  const store = memoryStore();
  return { server, store, outbox: createOutbox(server, store), release };
}

describe("what depends on an event that is not sent", () => {
  it("waits for it and names it as the server does", async () => {
    const { server, outbox, release, store } = held();
    const message = send(outbox, "1");
    const reaction = react(outbox, message);
    const redaction = redact(outbox, reaction);
    await message.state.until((state) => state === "sending");
    release();
    await message;
    await redaction;
    // The request of the reaction had not begun.
    expect([server.events.map(({ type }) => type), reaction.state.value]).toEqual([["m.room.message"], "cancelled"]);
    const [again, late] = [react(outbox, message), redact(outbox, message)];
    expect(await Promise.all([again, late])).toEqual(["$2", "$3"]);
    expect(server.events[1]?.content).toEqual({ "m.relates_to": { rel_type: "m.annotation", event_id: "$1", key: "x" } });
    expect([server.events[2]?.redacts, (await store.all("outbox")).size]).toEqual(["$1", 0]);
    expect(outbox.sentAs(localEventId(message.txnId))).toBe("$1");
  });

  it("is redacted with it where its request has begun", async () => {
    const { server, outbox, release } = held();
    const message = send(outbox, "1");
    await message.state.until((state) => state === "sending");
    const [reaction, redaction] = [react(outbox, message), redact(outbox, message)];
    release();
    expect(await Promise.all([message, reaction, redaction])).toEqual(["$1", "$2", "$3"]);
    expect(server.events[2]).toMatchObject({ type: "m.room.redaction", redacts: "$1" });
  });

  it("is taken back with it, and nothing goes to the server", async () => {
    const { server, store, outbox, release } = held();
    const first = send(outbox, "1");
    const second = send(outbox, "2");
    const reaction = react(outbox, second);
    await first.state.until((state) => state === "sending");
    const ids = await Promise.all([redact(outbox, second), redact(outbox, second)]);
    expect(ids.every((id) => id.startsWith("$local."))).toBe(true);
    await expect(reaction).rejects.toMatchObject({ code: "CANCELLED" });
    await expect(second).rejects.toMatchObject({ code: "CANCELLED" });
    await expect(react(outbox, second))
      .resolves.toMatch(/^\$local/)
      .catch(() => {});
    release();
    await first;
    expect([server.bodies, (await store.all("outbox")).size, outbox.list.value]).toEqual([["1"], 0, []]);
  });

  it("fails with it, goes on when it is tried again, and goes away with it", async () => {
    const server = new FaultyServer();
    const store = memoryStore();
    const outbox = createOutbox(server, store);
    server.forbidden = true;
    const message = send(outbox, "1");
    const reaction = react(outbox, message);
    await expect(message).rejects.toMatchObject({ errcode: "M_FORBIDDEN" });
    const wedged = { code: "DEPENDENCY_FAILED", message: expect.stringContaining(message.txnId) };
    await expect(reaction).rejects.toMatchObject(wedged);
    // Trying it alone leads nowhere.
    reaction.retry();
    await expect(reaction).rejects.toMatchObject(wedged);
    const restarted = createOutbox(server, store);
    await restarted.restore();
    expect(restarted.list.value.map(({ error }) => error?.code)).toEqual(["SEND_FAILED", "DEPENDENCY_FAILED"]);
    server.forbidden = false;
    message.retry();
    expect(await Promise.all([message, reaction])).toEqual(["$1", "$2"]);
    expect((await store.all("outbox")).size).toBe(0);

    server.forbidden = true;
    const other = send(outbox, "2");
    const dependent = react(outbox, other);
    const chained = react(outbox, dependent);
    await expect(chained).rejects.toMatchObject({ code: "DEPENDENCY_FAILED" });
    expect([await other.abort(), outbox.list.value, (await store.all("outbox")).size]).toEqual([true, [], 0]);
    expect(await other.abort()).toBe(false);
  });

  it("goes with what a redaction should undo once the server has refused that", async () => {
    const { server, outbox, release, store } = held();
    server.forbidden = true;
    const message = send(outbox, "1");
    await message.state.until((state) => state === "sending");
    const redaction = redact(outbox, message);
    release();
    expect(await redaction).toBe(localEventId(redaction.txnId));
    expect([outbox.list.value, server.events, (await store.all("outbox")).size]).toEqual([[], [], 0]);
  });

  it("fails where it names what nobody knows, and stays out of texts", async () => {
    const { server, outbox, release } = held();
    release();
    const unknown = { txnId: "elsewhere" } as Sending;
    await expect(react(outbox, unknown)).rejects.toMatchObject({ code: "NOT_SENT" });
    await send(outbox, localEventId("elsewhere"));
    expect(server.bodies).toEqual(["$local.elsewhere"]);
  });

  it("goes when what it is about was lost before it was kept", async () => {
    const { outbox, store, server } = held();
    const endless = new Promise<never>(() => {});
    const uploads = outbox.send({ roomId, type: "m.room.message", uploads: true, prepare: () => endless });
    void react(outbox, uploads);
    await expect.poll(async () => (await store.all("outbox")).size).toBe(1);
    const restarted = createOutbox(server, store);
    await restarted.restore();
    expect([restarted.list.value, (await store.all("outbox")).size]).toEqual([[], 0]);
  });

  it("is not undone after a crash if the event was tried again by then", async () => {
    const server = new FaultyServer();
    const store = memoryStore();
    const outbox = createOutbox(server, store);
    server.forbidden = true;
    const message = send(outbox, "1");
    await message.catch(() => {});
    expect(await store.get("outbox", message.txnId)).toMatchObject({ failure: expect.any(String), attempted: false });
    server.forbidden = false;
    server.gate = new Promise(() => {});
    message.retry();
    await message.state.until((state) => state === "sending");
    // Here the program dies, and the server may have the event.
    expect(await store.get("outbox", message.txnId)).not.toHaveProperty("failure");
    const other = new FaultyServer();
    const restarted = createOutbox(other, store);
    await restarted.restore();
    await redact(restarted, message);
    expect(other.events.map(({ type }) => type)).toEqual(["m.room.message", "m.room.redaction"]);
  });

  it("goes with the oldest failures, of which a hundred are kept", async () => {
    const server = new FaultyServer();
    const outbox = createOutbox(server);
    server.forbidden = true;
    const all = Array.from({ length: 101 }, (_, index) => send(outbox, String(index)));
    const [first] = all as [Sending];
    await first.catch(() => {});
    const reaction = react(outbox, first);
    await Promise.allSettled(all);
    await expect(reaction).rejects.toMatchObject({ code: "CANCELLED" });
    expect(outbox.list.value).toEqual(all.slice(1));
  });
});
