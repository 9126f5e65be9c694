import { isJsonObject } from "@patrix/api";
import { limits } from "../../../limits.ts";
import { isCovered, lastCovered, type Position, shardOf } from "../../../log/position.ts";
import { renderEvents } from "../../../rooms/read/render-event.ts";
import type { Room } from "../../../rooms/room.ts";
import type { Rooms } from "../../../rooms/rooms.ts";
import type { SyncSources } from "../../cuts/sync-sources.ts";
import { SyncError } from "../../errors.ts";
import type { ExtensionSpan, SlidingExtension } from "./extension.ts";

const NAME = "org.matrix.msc4354.sticky_events";

/** Up to where a client was told of a shard: up to the events that are due at a position, and of those up to one. */
interface Told {
  readonly due: Position;
  readonly nid: Position;
}

/** An event that is to be told. It is due when it came, or when the user did, so that newcomers get what there is. */
interface DueEvent extends Told {
  readonly room: Room;
}

/**
 * The extension that tells sticky events of joined rooms, by a token of its own: a client gets each once, in pages, however little it is told
 * of the rooms themselves. History visibility hides none of them.
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4354}
 */
export function stickyEvents(rooms: Rooms, sources: Pick<SyncSources, "ignoredUsers">): SlidingExtension {
  return {
    names: [NAME],
    async read(span, config) {
      if (!isJsonObject(config) || config["enabled"] !== true) return undefined;
      const since = readToken(config["since"], rooms);
      const asked = typeof config["limit"] === "number" ? Math.trunc(config["limit"]) : limits.slidingStickyEvents.value;
      const limit = Math.min(Math.max(1, asked), limits.slidingStickyEvents.value);
      const due = await dueEvents(rooms, span, since);
      const page = due.slice(0, limit);
      if (due.length === 0 && config["since"] !== undefined) return undefined;
      const texts = await roomTexts(rooms, span, { page, ignored: await sources.ignoredUsers(span.device.userNid) });
      const next = writeToken(tokenAfter(since, { page, isWhole: page.length === due.length, now: span.now }));
      return { json: `{"next_batch":"${next}","rooms":{${texts.join(",")}}}`, hasNews: texts.length > 0 };
    },
  };
}

/** The events that a client was not told of, shard by shard in the order in which they are due. */
async function dueEvents(rooms: Rooms, { device, now }: ExtensionSpan, since: readonly Told[]): Promise<DueEvent[]> {
  const own = await rooms.ofUser(device.userNid);
  const due: DueEvent[] = [];
  for (const roomNid of rooms.sticky.rooms()) {
    const membership = own.get(roomNid);
    const room = rooms.byNid(roomNid);
    if (membership?.membership !== "join" || !room) continue;
    const told = since[room.shard] ?? { due: 0, nid: 0 };
    for (const { nid } of rooms.sticky.between(roomNid, 0, lastCovered(now.positions, room.shard))) {
      const event = { due: Math.max(nid, membership.pos), nid, room };
      if (isCovered(now.positions, event.due) && isAfter(event, told)) due.push(event);
    }
  }
  return due.sort((a, b) => shardOf(a.due) - shardOf(b.due) || a.due - b.due || a.nid - b.nid);
}

function isAfter(event: Told, told: Told): boolean {
  return event.due > told.due || (event.due === told.due && event.nid > told.nid);
}

async function roomTexts(
  rooms: Rooms,
  { device }: ExtensionSpan,
  { page, ignored }: { readonly page: readonly DueEvent[]; readonly ignored: ReadonlySet<string> },
): Promise<string[]> {
  const events = await rooms.events.load(page.map(({ nid }) => nid));
  const texts: string[] = [];
  for (const room of new Set(page.map((due) => due.room))) {
    const ofRoom = page.flatMap((due) => (due.room === room ? (events.get(due.nid) ?? []) : []));
    const shown = (await rooms.young(ofRoom)).filter(({ fields }) => fields.redactedBy === null && !ignored.has(fields.sender));
    if (shown.length === 0) continue;
    const written = await renderEvents(rooms, shown, { viewer: device });
    texts.push(`${JSON.stringify(room.id)}:{"events":[${written.join(",")}]}`);
  }
  return texts;
}

function tokenAfter(
  since: readonly Told[],
  { page, isWhole, now }: { readonly page: readonly DueEvent[]; readonly isWhole: boolean; readonly now: ExtensionSpan["now"] },
): Told[] {
  const last = page.at(-1);
  return now.positions.map((_, shard) => {
    const all = lastCovered(now.positions, shard);
    if (isWhole || (last && shard < shardOf(last.due))) return { due: all, nid: all };
    return last && shard === shardOf(last.due) ? { due: last.due, nid: last.nid } : (since[shard] ?? { due: 0, nid: 0 });
  });
}

/** Formats a token: `k` and two base-36 numbers for each shard. Clients must not look inside. */
function writeToken(told: readonly Told[]): string {
  return `k${told.map(({ due, nid }) => `${due.toString(36)}.${nid.toString(36)}`).join("_")}`;
}

/** Reads such a token; nothing was told without one, or by one of another database. @throws {SyncError} `INVALID_REQUEST`. */
function readToken(text: unknown, { core }: Rooms): Told[] {
  const nothing = core.log.committed.map(() => ({ due: 0, nid: 0 }));
  if (text === undefined) return nothing;
  const told =
    typeof text === "string" && /^k[0-9a-z]{1,11}\.[0-9a-z]{1,11}(_[0-9a-z]{1,11}\.[0-9a-z]{1,11})*$/.test(text)
      ? text
          .slice(1)
          .split("_")
          .map((pair) => pair.split(".").map((number) => Number.parseInt(number, 36)))
          .map(([due = 0, nid = 0]) => ({ due, nid }))
      : [];
  if (told.length !== nothing.length) throw new SyncError("INVALID_REQUEST", `/extensions/${NAME}/since: not a token of this server`);
  // One from before a backup was restored says nothing of what there is now.
  return told.every(({ due }, shard) => due <= lastCovered(core.log.committed, shard)) ? told : nothing;
}
