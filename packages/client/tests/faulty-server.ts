// What tests of the outbox have in common: a server of rooms behind a network with faults.
import type { JsonObject } from "@patrix/api";
import type { TimerClock } from "@patrix/concurrency";
import type { RoomId } from "@patrix/identifiers";
import { HttpClient, memoryStore, retryPolicy, type Sending, silentLogger, type Store } from "@patrix/client";
import { Outbox } from "../src/outbox/outbox.ts";

export type Fault = "none" | "drop-request" | "drop-response" | "500" | "429" | "403" | "garbage";

/** An event that the server has taken in. */
export interface TakenEvent {
  readonly id: string;
  readonly room: string;
  readonly txnId: string;
  readonly type: string;
  readonly redacts: string | undefined;
  readonly content: JsonObject;
}

/** A room server that counts each transaction once, behind a network with faults. */
export class FaultyServer {
  readonly events: TakenEvent[] = [];
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
    if (this.forbidden || fault === "403") return Response.json({ errcode: "M_FORBIDDEN", error: "no" }, { status: 403 });
    const answer = { event_id: this.#accept(path, init?.body as string) };
    if (fault === "drop-response") throw new TypeError("connection reset");
    return fault === "garbage" ? new Response("{") : Response.json(answer);
  };

  /** What the messages say, in order of coming. */
  get bodies(): string[] {
    return this.events.map(({ content }) => content["body"] as string);
  }

  #accept([, , , , , room = "", verb, what = "", txnId = ""]: string[], body: string): string {
    const known = this.#transactions.get(txnId);
    if (known !== undefined) return known;
    const id = `$${this.events.length + 1}`;
    const isRedaction = verb === "redact";
    const type = isRedaction ? "m.room.redaction" : what;
    this.events.push({ id, room, txnId, type, redacts: isRedaction ? what : undefined, content: JSON.parse(body) as JsonObject });
    this.#transactions.set(txnId, id);
    return id;
  }
}

const instant: TimerClock = { now: () => 0, sleep: async (_, signal) => signal?.throwIfAborted() };

/** An outbox that sends to a server without waiting. */
export function createOutbox(server: Pick<FaultyServer, "fetch">, store: Store = memoryStore()): Outbox {
  const parts = { fetch: server.fetch as typeof fetch, clock: instant, retry: retryPolicy(), logger: silentLogger };
  const credentials = { accessToken: async () => "token", rejected: async () => false };
  const seal = async <E>(_: RoomId, event: E): Promise<E> => event;
  return new Outbox({ ...parts, store, seal, http: new HttpClient({ ...parts, baseUrl: () => "https://example.org", credentials }) });
}

/** Sends a message. */
export function send(outbox: Outbox, body: string, roomId: RoomId = "!a:x"): Sending {
  return outbox.send({ roomId, type: "m.room.message", prepare: () => ({ content: { body } }) });
}
