// What people look up in a large room: the first page of its threads, and words among very many messages.
import { Agent } from "node:http";
import { call } from "./http.ts";
import { percentiles } from "./load.ts";
import { type LoadUser, makeRoom, register } from "./population.ts";
import type { Figure, Sizes } from "./scenario.ts";
import type { ServerUnderTest } from "./server-process.ts";

/** How many messages are sent at once. */
const SENDERS = 32;
/** How many threads the room has, and how many replies each of them. */
const THREADS = 50;
const REPLIES = 20;

/** A text of ten words, of a few thousand that there are, and of two that are in one message of ten and of a thousand. */
function textOf(message: number): string {
  const words = Array.from({ length: 9 }, (_, i) => `word${(message * 31 + i * 977) % (2_000 + i * 101)}`);
  return [...words, ...[10, 1_000].flatMap((each) => (message % each === 0 ? `one${each}` : []))].join(" ");
}

/** Measures pages of threads and searches. */
export async function reading({ url }: ServerUnderTest, { searched, repeats }: Sizes): Promise<Figure[]> {
  const user = await register(url);
  const room = await makeRoom(url, [user]);
  const agent = new Agent({ keepAlive: true, maxSockets: SENDERS });
  const send = async (txn: string, content: object): Promise<string> => {
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${txn}`;
    return String((await call(url, "PUT", path, { token: user.token, agent, body: { msgtype: "m.text", ...content } }))["event_id"]);
  };
  let next = 0;
  await Promise.all(
    Array.from({ length: SENDERS }, async () => {
      for (let i = next++; i < searched; i = next++) await send(`s${i}`, { body: textOf(i) });
    }),
  );
  const count = Math.min(THREADS, Math.ceil(searched / 10));
  await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const root = await send(`r${i}`, { body: "root" });
      const thread = { "m.relates_to": { rel_type: "m.thread", event_id: root } };
      for (let k = 0; k < REPLIES; k++) await send(`t${i}.${k}`, { body: "reply", ...thread });
    }),
  );
  const threads = `/_matrix/client/v1/rooms/${encodeURIComponent(room)}/threads?limit=20`;
  const timed = (ask: () => Promise<unknown>): Promise<Figure["value"]> => median(ask, repeats * 5);
  const figures = [
    {
      name: `first page of ${count} threads, p50`,
      value: await timed(() => call(url, "GET", threads, { token: user.token, agent })),
      unit: "ms",
    },
  ];
  for (const term of ["one1000", "one10", "word7"])
    figures.push({
      name: `search for ${term} in ${searched} messages, p50`,
      value: await timed(() => search(url, user, { term, agent })),
      unit: "ms",
    });
  agent.destroy();
  return figures;
}

function search(url: string, { token }: LoadUser, { term, agent }: { readonly term: string; readonly agent: Agent }): Promise<unknown> {
  const body = { search_categories: { room_events: { search_term: term, order_by: "recent" } } };
  return call(url, "POST", "/_matrix/client/v3/search", { token, agent, body });
}

async function median(ask: () => Promise<unknown>, times: number): Promise<number> {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    const begin = performance.now();
    await ask();
    taken.push(performance.now() - begin);
  }
  return percentiles(taken).p50;
}
