import { bundleRelations, type RelatableEvent, type Viewer } from "@patrix/visibility";
import { limits } from "../../limits.ts";
import type { Ready } from "../../ready.ts";
import type { LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import { eventRelation } from "../timeline/event-relation.ts";
import type { Place } from "../timeline/place.ts";
import type { Aggregation, RelatedGroup, Relations } from "../timeline/relations.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import type { Timelines } from "../timeline/timelines.ts";
import { type Bundle, bundledEvents, type ThreadBundle, type Bundles } from "./bundle.ts";
import type { Visibility } from "./visibility.ts";

/** For whom aggregations are bundled, and what they know of the room. */
export interface BundleReader {
  readonly userNid: number;
  /** Nothing after this place is told. */
  readonly upTo: Place;
}

/** Reads the users whom a user ignores. */
export type IgnoredUsers = (userNid: number) => Ready<ReadonlySet<string>>;

/** What bundles are made of. */
export interface BundleParts {
  readonly rooms: Rooms;
  readonly relations: Relations;
  readonly timelines: Timelines;
  readonly visibility: Visibility;
  readonly ignoredUsers: IgnoredUsers;
}

/** A reader with the users whom they ignore, by number. */
interface Asking extends BundleReader {
  readonly room: LoadedRoom;
  readonly ignored: ReadonlySet<number>;
}

/**
 * Sums up what relates to events, for one user: what the user does not see and whom the user ignores is left out.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#aggregations-of-child-events}
 */
export class BundledAggregations {
  readonly #parts: BundleParts;

  constructor(parts: BundleParts) {
    this.#parts = parts;
  }

  /** What is bundled with events of a room, and with those that are bundled with them. State events have nothing. */
  async of(room: LoadedRoom, events: readonly StoredEvent[], reader: BundleReader): Promise<Bundles> {
    const bundles = new Map<string, Bundle>();
    const aggregations = await this.#aggregations(room, events, reader);
    if (aggregations.size === 0) return bundles;
    const { core } = this.#parts.rooms;
    const ignored = new Set((await core.users.findAll(await this.#parts.ignoredUsers(reader.userNid))).values());
    // One's own events always count.
    ignored.delete(reader.userNid);
    const asking: Asking = { ...reader, room, ignored };
    await this.#bundle(events, aggregations, asking, bundles);
    // A thread is no part of another one, so this ends here.
    const latest = [...bundles.values()].flatMap(({ thread }) => (thread && !bundles.has(thread.latest.eventId) ? thread.latest : []));
    if (latest.length > 0) await this.#bundle(latest, await this.#aggregations(room, latest, reader), asking, bundles);
    return bundles;
  }

  async #aggregations(room: LoadedRoom, events: readonly StoredEvent[], { upTo }: BundleReader): Promise<Map<string, Aggregation>> {
    const targets = events.filter(({ fields }) => fields.stateKey === undefined);
    return this.#parts.relations.aggregationsOf(room.nid, targets, { upTo, sinceTs: await this.#parts.rooms.retention.cutoff(room) });
  }

  async #bundle(
    events: readonly StoredEvent[],
    aggregations: ReadonlyMap<string, Aggregation>,
    asking: Asking,
    bundles: Map<string, Bundle>,
  ): Promise<void> {
    let bytes = 0;
    for (const { fields } of bundledEvents(bundles)) bytes += fields.json.length;
    for (const event of events) {
      const aggregation = aggregations.get(event.eventId);
      if (!aggregation || bytes >= limits.bundledBytes.value) continue;
      const edit = await this.#edit(event, aggregation, asking);
      const thread = await this.#thread(event, aggregation, asking);
      const references = await this.#references(aggregation, asking);
      if (!edit && !thread && !references) continue;
      bundles.set(event.eventId, { edit, thread, references });
      for (const bundled of [edit, thread?.latest]) bytes += bundled?.fields.json.length ?? 0;
    }
  }

  async #edit(event: StoredEvent, { edits }: Aggregation, { room, userNid, ignored }: Asking): Promise<StoredEvent | undefined> {
    if (edits.length === 0 || ignored.has(event.fields.senderNid)) return undefined;
    const { rooms, visibility } = this.#parts;
    const loaded = await rooms.events.load(edits.map(({ nid }) => nid));
    const seen = await visibility.filter(room, userNid, [...loaded.values()]);
    // Whom the user ignores and what the user sees is decided already.
    const viewer: Viewer = { userId: "" };
    const latest = bundleRelations(relatable(event), () => seen.map(relatable), viewer)?.["m.replace"];
    return latest && seen.find(({ eventId }) => eventId === latest.event_id);
  }

  async #thread(root: StoredEvent, { thread }: Aggregation, asking: Asking): Promise<ThreadBundle | undefined> {
    if (thread.length === 0 || eventRelation(root.fields.type, root.content)) return undefined;
    const { room, userNid } = asking;
    const groups = await this.#seen(thread, asking);
    let [count, last] = [0, groups[0]?.last];
    for (const group of groups) {
      count += group.count;
      if (last !== undefined && last < group.last) last = group.last;
    }
    const latest = last === undefined ? undefined : await this.#parts.timelines.lastUpTo(room, last);
    const participated = root.fields.senderNid === userNid || thread.some(({ senderNid }) => senderNid === userNid);
    return latest && { latest, count, participated };
  }

  async #references({ references }: Aggregation, asking: Asking): Promise<string[] | undefined> {
    const seen = await this.#seen(references, asking);
    return seen.length === 0 ? undefined : seen.map(({ eventId }) => eventId);
  }

  #seen<Group extends RelatedGroup>(groups: readonly Group[], { room, userNid, ignored }: Asking): Promise<Group[]> {
    const wanted = ignored.size === 0 ? groups : groups.filter(({ senderNid }) => !ignored.has(senderNid));
    return wanted.length === 0 ? Promise.resolve([]) : this.#parts.visibility.filterGroups(room, userNid, wanted);
  }
}

/** The parts of an event that decide on what it is to others. */
function relatable({ eventId, content, fields }: StoredEvent): RelatableEvent {
  const { type, sender, ts, stateKey, redactedBy } = fields;
  return {
    event_id: eventId,
    type,
    sender,
    origin_server_ts: ts,
    content,
    ...(stateKey !== undefined && { state_key: stateKey }),
    ...(redactedBy !== null && { unsigned: { redacted_because: {} } }),
  };
}
