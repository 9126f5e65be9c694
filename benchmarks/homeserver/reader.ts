// A client that long-polls as clients do and counts how often each event arrives.
import { Agent } from "node:http";
import { call } from "./http.ts";
import type { LoadUser } from "./population.ts";

/** A message as a reader needs it. */
interface Message {
  readonly event_id: string;
  readonly content: { readonly body?: unknown };
}

interface Timeline {
  readonly events: readonly Message[];
  readonly limited?: boolean;
  readonly prev_batch?: string;
}

/** A long-polling client. */
export interface Reader {
  /** How often each event arrived, in the order in which they did first. */
  readonly seen: ReadonlyMap<string, number>;
  /** How many gaps had to be filled from the history. */
  readonly gaps: () => number;
  /** Ends the polling, and reads what is left. */
  readonly stop: () => Promise<void>;
}

const FILTER = { room: { timeline: { limit: 100, lazy_load_members: true }, state: { lazy_load_members: true } } };

/** Long-polls for one user; `onMessage` hears of each message when it first arrives. */
export async function startReader(url: string, user: LoadUser, onMessage: (body: string) => void): Promise<Reader> {
  const { token } = user;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const userPath = `/_matrix/client/v3/user/${encodeURIComponent(user.userId)}`;
  const { filter_id: filter } = await call(url, "POST", `${userPath}/filter`, { token, body: FILTER, agent });
  const sync = (since: string | undefined, timeoutMs: number): Promise<Record<string, unknown>> => {
    const from = since === undefined ? "" : `&since=${encodeURIComponent(since)}`;
    return call(url, "GET", `/_matrix/client/v3/sync?set_presence=offline&filter=${filter as string}&timeout=${timeoutMs}${from}`, {
      token,
      agent,
    });
  };
  const seen = new Map<string, number>();
  const take = ({ event_id: id, content }: Message): void => {
    const times = (seen.get(id) ?? 0) + 1;
    seen.set(id, times);
    if (times === 1 && typeof content.body === "string") onMessage(content.body);
  };
  /** Reads back from a gap until something is there that was seen before. */
  const fill = async (room: string, from: string): Promise<void> => {
    const missed: Message[] = [];
    let at: string | undefined = from;
    while (at !== undefined) {
      const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/messages?dir=b&limit=100&from=${encodeURIComponent(at)}`;
      const page = (await call(url, "GET", path, { token, agent })) as { chunk: Message[]; end?: string };
      const known = page.chunk.findIndex(({ event_id: id }) => seen.has(id));
      missed.push(...page.chunk.slice(0, known < 0 ? undefined : known));
      at = known < 0 ? page.end : undefined;
    }
    missed.toReversed().forEach(take);
  };
  let gaps = 0;
  let since = (await sync(undefined, 0))["next_batch"] as string;
  const read = async (timeoutMs: number): Promise<number> => {
    const answer = (await sync(since, timeoutMs)) as { next_batch: string; rooms?: { join?: Record<string, { timeline?: Timeline }> } };
    let events = 0;
    for (const [room, { timeline }] of Object.entries(answer.rooms?.join ?? {})) {
      if (!timeline) continue;
      if (timeline.limited === true && timeline.prev_batch !== undefined) {
        gaps++;
        await fill(room, timeline.prev_batch);
      }
      timeline.events.forEach(take);
      events += timeline.events.length;
    }
    since = answer.next_batch;
    return events;
  };
  const state = { running: true };
  const loop = (async () => {
    while (state.running) await read(5_000);
  })();
  return {
    seen,
    gaps: () => gaps,
    stop: async () => {
      state.running = false;
      await loop;
      while ((await read(0)) > 0);
      agent.destroy();
    },
  };
}
