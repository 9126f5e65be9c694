// What tests of timelines have in common.
import {
  type Client,
  type ClientOptions,
  createClient,
  type EventItem,
  silentLogger,
  type Timeline,
  type TimelineItem,
} from "@patrix/client";
import type { LocalHomeserver } from "@patrix/homeserver/testing";

const clock = { now: () => Date.now(), sleep: async (_: number, signal?: AbortSignal) => signal?.throwIfAborted() };

/** A client of a user of the server, who is logged in. */
export async function logIn(server: Pick<LocalHomeserver, "fetch">, user: string, options: ClientOptions = {}): Promise<Client> {
  const client = await createClient("example.org", { fetch: server.fetch, clock, logger: silentLogger, ...options });
  if (!client.session.value) await client.login.password(user, `${user}-password`);
  return client;
}

/** A fetch whose syncs bring so many events of a room at most. */
export function withSmallSyncs(fetch: typeof globalThis.fetch, limit: () => number): typeof globalThis.fetch {
  return (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const filter = url.pathname.endsWith("/sync") ? url.searchParams.get("filter") : null;
    if (filter !== null) url.searchParams.set("filter", filter.replace(/"timeline":\{"limit":\d+/, `"timeline":{"limit":${limit()}`));
    return fetch(url, init);
  };
}

/** Items of events. */
export function eventItems(items: readonly TimelineItem[]): readonly EventItem[] {
  return items.filter((item) => item.kind === "event");
}

/** What the messages of a timeline say, and the kinds of its other lines. */
export function linesOf(items: readonly TimelineItem[]): readonly string[] {
  return items.flatMap((item) => {
    if (item.kind !== "event") return [`(${item.kind})`];
    if (item.event.stateKey !== undefined) return [];
    return [item.redacted ? "(redacted)" : (item.message?.text ?? item.event.type)];
  });
}

/** What messages say. */
export function textsOf(items: readonly TimelineItem[]): readonly string[] {
  return linesOf(items).filter((line) => !line.startsWith("(") || line === "(redacted)");
}

/** Waits until a timeline has a message that says something and is no longer on its way. */
export async function untilSays(timeline: Timeline, text: string): Promise<EventItem> {
  const find = (items: readonly TimelineItem[]): EventItem | undefined =>
    eventItems(items).find((item) => item.message?.text === text && item.sending === undefined);
  return find(await timeline.items.until((items) => find(items) !== undefined)) as EventItem;
}
