// Puts load on any homeserver by URL: closed-loop senders and long-polling readers, over keep-alive connections.
import { Agent, request } from "node:http";

/** An account that takes part in the load. */
export interface LoadUser {
  readonly userId: string;
  readonly token: string;
}

/** Rooms and accounts for a run. */
export interface LoadSetup {
  readonly users: readonly LoadUser[];
  readonly rooms: readonly string[];
  readonly roomsPerUser: number;
}

/** What a run measured. */
export interface LoadReport {
  readonly sends: number;
  readonly seconds: number;
  readonly delivered: number;
  /** Milliseconds from the start of a send to its delivery to another user. */
  readonly deliveryMs: { readonly p50: number; readonly p99: number };
  readonly sendMs: { readonly p50: number; readonly p99: number };
  /** Events that were acknowledged and did not reach every reader exactly once; must be 0. */
  readonly undelivered: number;
}

/** Calls the server and returns the JSON of a successful answer. */
export function call(
  url: string,
  method: string,
  path: string,
  options: { token?: string; body?: object; agent?: Agent } = {},
): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const body = options.body && JSON.stringify(options.body);
    const headers = {
      ...(options.token && { authorization: `Bearer ${options.token}` }),
      ...(body !== undefined && { "content-type": "application/json", "content-length": Buffer.byteLength(body) }),
    };
    const sent = request(url + path, { method, headers, ...(options.agent && { agent: options.agent }) }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        if (answer.statusCode === 200) resolve(JSON.parse(text) as Record<string, unknown>);
        else reject(new Error(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 200)}`));
      });
      answer.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Registers accounts and fills rooms, each user in several. */
export async function prepare(url: string, counts: { users: number; rooms: number; membersPerRoom: number }): Promise<LoadSetup> {
  const users: LoadUser[] = [];
  for (let i = 0; i < counts.users; i++) {
    const body = { username: `load${i}`, password: "a long password", auth: { type: "m.login.dummy" } };
    const account = await call(url, "POST", "/_matrix/client/v3/register", { body });
    users.push({ userId: account["user_id"] as string, token: account["access_token"] as string });
  }
  const rooms: string[] = [];
  const roomsPerUser = Math.max(1, Math.round((counts.membersPerRoom * counts.rooms) / counts.users));
  for (let r = 0; r < counts.rooms; r++) {
    const distinct = users.filter((_, user) => roomIndices(user, counts.rooms, roomsPerUser).includes(r));
    const { room_id: room } = await call(url, "POST", "/_matrix/client/v3/createRoom", {
      token: distinct[0]?.token ?? "",
      body: { preset: "public_chat" },
    });
    for (const { token } of distinct.slice(1))
      await call(url, "POST", `/_matrix/client/v3/join/${encodeURIComponent(room as string)}`, { token, body: {} });
    rooms.push(room as string);
  }
  return { users, rooms, roomsPerUser };
}

/** The rooms that a user is in, by index: spread so that neighbours share some rooms and not others. */
function roomIndices(user: number, rooms: number, roomsPerUser: number): number[] {
  return [...new Set(Array.from({ length: roomsPerUser }, (_, k) => (user + k * 5) % rooms))];
}

interface Reader {
  /** How often each event arrived. */
  readonly seen: Map<string, number>;
  readonly stop: () => Promise<void>;
}

/** Long-polls for one user; `onEvent` hears of each message as it arrives. */
async function startReader(url: string, { token }: LoadUser, onEvent: (body: string) => void): Promise<Reader> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const filter = encodeURIComponent(JSON.stringify({ room: { timeline: { limit: 1_000 } } }));
  const sync = (since: string | undefined, timeout: number): Promise<Record<string, unknown>> =>
    call(url, "GET", `/_matrix/client/v3/sync?filter=${filter}&timeout=${timeout}${since === undefined ? "" : `&since=${since}`}`, {
      token,
      agent,
    });
  const seen = new Map<string, number>();
  let since = (await sync(undefined, 0))["next_batch"] as string;
  const state = { running: true };
  const read = (answer: Record<string, unknown>): void => {
    const joined =
      (
        answer["rooms"] as
          | { join?: Record<string, { timeline: { events: { event_id: string; content: { body?: string } }[] } }> }
          | undefined
      )?.join ?? {};
    for (const { timeline } of Object.values(joined))
      for (const event of timeline.events) {
        seen.set(event.event_id, (seen.get(event.event_id) ?? 0) + 1);
        if (event.content.body) onEvent(event.content.body);
      }
    since = answer["next_batch"] as string;
  };
  const loop = (async () => {
    while (state.running) read(await sync(since, 5_000));
  })();
  return {
    seen,
    stop: async () => {
      state.running = false;
      await loop;
      read(await sync(since, 0));
      agent.destroy();
    },
  };
}

/** Sends in closed loops over `connections` while every user long-polls, then checks that everything arrived exactly once. */
export async function runLoad(
  url: string,
  setup: LoadSetup,
  options: { connections: number; readers: number; seconds: number },
): Promise<LoadReport> {
  const { users, rooms } = setup;
  const began = new Map<string, number>();
  const deliveries: number[] = [];
  const onEvent = (body: string): void => {
    const start = began.get(body.split(" ")[0] ?? "");
    if (start !== undefined) deliveries.push(performance.now() - start);
  };
  const readers = await Promise.all(users.slice(0, options.readers).map((user) => startReader(url, user, onEvent)));
  const roomsOf = (user: number): string[] => roomIndices(user, rooms.length, setup.roomsPerUser).map((index) => rooms[index] ?? "");
  const acknowledged: { id: string; room: string }[] = [];
  const sendTimes: number[] = [];
  const end = performance.now() + options.seconds * 1_000;
  const agent = new Agent({ keepAlive: true, maxSockets: options.connections });
  let counter = 0;
  // Transaction IDs must not repeat those of an earlier run, or its events would be the answer.
  const run = Math.trunc(performance.now()).toString(36);
  const sender = async (worker: number): Promise<void> => {
    const index = worker % users.length;
    const own = roomsOf(index);
    while (performance.now() < end) {
      const key = `${run}-${counter++}`;
      const room = own[counter % own.length] ?? "";
      const start = performance.now();
      began.set(key, start);
      const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${key}`;
      const sent = await call(url, "PUT", path, {
        token: users[index]?.token ?? "",
        body: { msgtype: "m.text", body: `${key} ${"x".repeat(400)}` },
        agent,
      });
      sendTimes.push(performance.now() - start);
      acknowledged.push({ id: sent["event_id"] as string, room });
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: options.connections }, (_, worker) => sender(worker)));
  const seconds = (performance.now() - start) / 1_000;
  await Promise.all(readers.map((reader) => reader.stop()));
  agent.destroy();
  const undelivered = readers.flatMap((reader, index) => {
    const own = new Set(roomsOf(index));
    return acknowledged.filter(({ id, room }) => own.has(room) && reader.seen.get(id) !== 1);
  }).length;
  return {
    sends: acknowledged.length,
    seconds,
    delivered: deliveries.length,
    deliveryMs: percentiles(deliveries),
    sendMs: percentiles(sendTimes),
    undelivered,
  };
}

function percentiles(values: readonly number[]): { p50: number; p99: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}
