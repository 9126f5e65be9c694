// Puts load on any homeserver: senders in closed loops or at a fixed rate, long-polling readers, and a check that everything arrives.
import { Agent } from "node:http";
import { call } from "./http.ts";
import type { LoadUser, Population } from "./population.ts";
import { type Reader, startReader } from "./reader.ts";

/** Milliseconds. */
export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

/** What a run measured. */
export interface LoadReport {
  readonly sends: number;
  readonly seconds: number;
  readonly delivered: number;
  /** From the start of a send, or from when it was due, to its delivery to another user. */
  readonly deliveryMs: Percentiles;
  readonly sendMs: Percentiles;
  /** Events that were acknowledged and did not reach every reader exactly once; must be 0. */
  readonly undelivered: number;
  /** Rooms of readers in which the events came in another order than to the first reader of the room; must be 0. */
  readonly misordered: number;
}

/** How much load. */
export interface LoadOptions {
  readonly connections: number;
  readonly readers: number;
  readonly seconds: number;
  /** Sends a second, whatever the server does; without it each connection sends as fast as it is answered. */
  readonly rate?: number;
}

// Transaction IDs must not repeat those of an earlier run, or its events would be the answer.
let runs = Math.trunc(Date.now()).toString(36);

/** One run of senders: what they sent, and when. */
class Sending {
  readonly acknowledged: { readonly id: string; readonly room: string }[] = [];
  readonly times: number[] = [];
  readonly #began = new Map<string, number>();
  readonly #run = (runs += "x");
  readonly #url: string;
  readonly agent: Agent;
  #counter = 0;

  constructor(url: string, agent: Agent) {
    this.#url = url;
    this.agent = agent;
  }

  /** When the message with a body was sent or due; `undefined` for one of another run. */
  beganAt(body: string): number | undefined {
    return this.#began.get(body.split(" ", 1)[0] ?? "");
  }

  async send(user: LoadUser, dueMs: number): Promise<void> {
    const key = `${this.#run}-${this.#counter++}`;
    const room = user.rooms[this.#counter % user.rooms.length] ?? "";
    this.#began.set(key, dueMs);
    const sent = await call(this.#url, "PUT", `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${key}`, {
      token: user.token,
      body: { msgtype: "m.text", body: `${key} ${"x".repeat(400)}` },
      agent: this.agent,
    });
    this.times.push(performance.now() - dueMs);
    this.acknowledged.push({ id: sent["event_id"] as string, room });
  }
}

/** Sends while readers long-poll, then checks that everything arrived exactly once. */
export async function runLoad(url: string, { users }: Population, options: LoadOptions): Promise<LoadReport> {
  const { connections, readers: readerCount, seconds, rate } = options;
  const sending = new Sending(url, new Agent({ keepAlive: true, maxSockets: connections }));
  const deliveries: number[] = [];
  const onMessage = (body: string): void => {
    const began = sending.beganAt(body);
    if (began !== undefined) deliveries.push(performance.now() - began);
  };
  const reading = users.slice(0, readerCount);
  const readers = await Promise.all(reading.map((user) => startReader(url, user, onMessage)));
  const start = performance.now();
  if (rate === undefined) await sendClosed(sending, users, connections, start + seconds * 1_000);
  else await sendPaced(sending, users, rate, seconds);
  const took = (performance.now() - start) / 1_000;
  await Promise.all(readers.map((reader) => reader.stop()));
  sending.agent.destroy();
  return {
    sends: sending.acknowledged.length,
    seconds: took,
    delivered: deliveries.length,
    deliveryMs: percentiles(deliveries),
    sendMs: percentiles(sending.times),
    undelivered: countUndelivered(sending, reading, readers),
    misordered: countMisordered(sending, readers),
  };
}

async function sendClosed(sending: Sending, users: readonly LoadUser[], connections: number, endMs: number): Promise<void> {
  const sender = async (index: number): Promise<void> => {
    const user = users[index % users.length];
    if (!user) return;
    while (performance.now() < endMs) await sending.send(user, performance.now());
  };
  await Promise.all(Array.from({ length: connections }, (_, index) => sender(index)));
}

/** Sends at a fixed rate; what falls behind counts from when it was due. */
async function sendPaced(sending: Sending, users: readonly LoadUser[], rate: number, seconds: number): Promise<void> {
  const start = performance.now();
  const open: Promise<void>[] = [];
  for (let i = 0; i < rate * seconds; i++) {
    const dueMs = start + (i * 1_000) / rate;
    const waitMs = dueMs - performance.now();
    if (waitMs > 1) await new Promise((resolve) => setTimeout(resolve, waitMs));
    const user = users[(i * 7) % users.length];
    if (user) open.push(sending.send(user, dueMs));
  }
  await Promise.all(open);
}

function countUndelivered({ acknowledged }: Sending, users: readonly LoadUser[], readers: readonly Reader[]): number {
  let count = 0;
  for (const [index, user] of users.entries()) {
    const own = new Set(user.rooms);
    for (const { id, room } of acknowledged) if (own.has(room) && readers[index]?.seen.get(id) !== 1) count++;
  }
  return count;
}

function countMisordered({ acknowledged }: Sending, readers: readonly Reader[]): number {
  const roomOf = new Map(acknowledged.map(({ id, room }) => [id, room]));
  const orders = new Map<string, string>();
  let count = 0;
  for (const { seen } of readers) {
    const byRoom = new Map<string, string[]>();
    for (const id of seen.keys()) {
      const room = roomOf.get(id);
      if (room === undefined) continue;
      const ids = byRoom.get(room);
      if (ids) ids.push(id);
      else byRoom.set(room, [id]);
    }
    for (const [room, ids] of byRoom) {
      const order = ids.join(" ");
      const first = orders.get(room);
      if (first === undefined) orders.set(room, order);
      else if (first !== order) count++;
    }
  }
  return count;
}

/** The middle and the 99th percentile. */
export function percentiles(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}
