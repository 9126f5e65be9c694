import { isJsonObject } from "@patrix/api";
import { type CompiledRuleset, compileRuleset, type PushContext, type PushEvaluation } from "@patrix/push-rules";
import { isLocalUser } from "../log/core.ts";
import type { IgnoredUsers } from "../rooms/read/bundled-aggregations.ts";
import { joinedCountOf } from "../rooms/read/joined-count.ts";
import { memberEventsIn, powerLevels } from "../rooms/read/state-event.ts";
import { threadOf } from "../rooms/read/thread-of.ts";
import type { UnwantedInviters } from "../rooms/membership/unwanted-invites.ts";
import type { LoadedRoom } from "../rooms/room.ts";
import type { Rooms } from "../rooms/rooms.ts";
import type { StoredEvent } from "../rooms/timeline/stored-event.ts";
import { serverRules } from "./server-rules.ts";
import type { UserRules } from "./user-rules.ts";

/** How much an event adds to the counts of one who has not read it. */
export interface Notice {
  readonly notifies: number;
  readonly highlights: number;
}

/** Whom an event notifies. */
export interface EventOutcome {
  readonly eventNid: number;
  readonly roomNid: number;
  readonly senderNid: number;
  /** The ID of the root of its thread, or `main`. */
  readonly thread: string;
  /** Whether its sender has thereby read what came before in the thread: state is set in rooms that nobody looks at. */
  readonly isReadMark: boolean;
  /** What it is to members who keep to the predefined rules. */
  readonly common: Notice;
  /** What it is to some users beside that; for those who have rules of their own, all that it is. */
  readonly own: ReadonlyMap<number, Notice>;
}

/** What the rules of a user say about an event. */
export type EventActions = Pick<PushEvaluation, "actions" | "tweaks">;

/** Reads of whom users do not want to hear: these notify them of nothing. Whoever ignores anybody has rules of their own. */
export interface UnwantedSenders {
  readonly ignoredUsers: IgnoredUsers;
  readonly unwantedInviters: UnwantedInviters;
}

/** A user whose rules are looked at one by one. */
interface Candidate {
  readonly nid: number;
  readonly isOwn: boolean;
}

const nothing: Notice = { notifies: 0, highlights: 0 };
const nobody: ReadonlyMap<number, Notice> = new Map();
/** The predefined rules as they are for everybody: no user has this ID. */
const commonRules: CompiledRuleset = compileRuleset(serverRules(""));

/**
 * Finds out whom events notify. Members who keep to the predefined rules are looked at once for all of them, since these
 * tell them apart only where an event mentions or invites them.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#receiving-notifications}
 */
export class EventOutcomes {
  readonly #rooms: Rooms;
  readonly #rules: UserRules;
  readonly #unwanted: UnwantedSenders;

  constructor(rooms: Rooms, rules: UserRules, unwanted: UnwantedSenders) {
    this.#unwanted = unwanted;
    this.#rooms = rooms;
    this.#rules = rules;
  }

  /** Finds out whom an event notifies. */
  async of(event: StoredEvent): Promise<EventOutcome> {
    const { fields } = event;
    const room = await this.#rooms.load({ nid: fields.roomNid });
    const known = { eventNid: event.nid, roomNid: room.nid, senderNid: fields.senderNid, isReadMark: fields.stateKey === undefined };
    const candidates = await this.#candidates(room, event);
    const context = await this.#context(room, event, candidates.length > 0);
    const common = toNotice(commonRules.evaluate(event.pdu, { ...context, userId: "" }));
    const own = candidates.length === 0 ? nobody : await this.#own(room, event, { candidates, context, common });
    return { ...known, thread: await threadOf(this.#rooms, event), common, own };
  }

  /** What the rules of a user say about an event; that they notify where they have changed since. */
  async actions(event: StoredEvent, userNid: number): Promise<EventActions> {
    const room = await this.#rooms.load({ nid: event.fields.roomNid });
    const evaluation = await this.#evaluate(room, event, { nid: userNid, context: await this.#context(room, event, true), isOwn: true });
    return evaluation?.notify ? evaluation : { actions: ["notify"], tweaks: {} };
  }

  /** Members of this server with rules of their own, and users whom the event mentions or invites, unless they want no such invite. */
  async #candidates(room: LoadedRoom, event: StoredEvent): Promise<Candidate[]> {
    const { members } = room.view;
    const found = new Map<number, Candidate>();
    if (this.#rules.anyOwn)
      for (const [nid, { membership }] of members)
        if (membership === "join" && this.#rules.hadOwn(nid, event.nid)) found.set(nid, { nid, isOwn: true });
    for (const userId of namedUsers(event)) {
      if (!isLocalUser(this.#rooms.core, userId)) continue;
      const nid = await this.#rooms.core.users.find(userId);
      const membership = nid === undefined ? undefined : members.get(nid)?.membership;
      const isInvite = membership === "invite" && event.fields.stateKey === userId;
      if (nid === undefined || (!isInvite && membership !== "join")) continue;
      const isUnwanted = isInvite ? await this.#unwanted.unwantedInviters(nid) : undefined;
      if (!isUnwanted?.(event.fields.sender)) found.set(nid, { nid, isOwn: this.#rules.hadOwn(nid, event.nid) });
    }
    found.delete(event.fields.senderNid);
    return [...found.values()];
  }

  async #context(room: LoadedRoom, event: StoredEvent, isPersonal: boolean): Promise<Omit<PushContext, "userId">> {
    const needsLevels = isPersonal || event.fields.json.includes('"m.mentions"');
    return {
      roomId: room.id,
      memberCount: joinedCountOf(this.#rooms, room),
      powerLevels: needsLevels ? await powerLevels(this.#rooms, room) : undefined,
    };
  }

  async #own(
    room: LoadedRoom,
    event: StoredEvent,
    { candidates, context, common }: { candidates: readonly Candidate[]; context: Omit<PushContext, "userId">; common: Notice },
  ): Promise<Map<number, Notice>> {
    await this.#rooms.core.users.load(candidates.map(({ nid }) => nid));
    const own = new Map<number, Notice>();
    for (const { nid, isOwn } of candidates) {
      const isIgnored = (await this.#unwanted.ignoredUsers(nid)).has(event.fields.sender);
      const whole = isIgnored ? nothing : toNotice(await this.#evaluate(room, event, { nid, isOwn, context }));
      const beside = isOwn ? whole : difference(whole, common);
      if (beside.notifies !== 0 || beside.highlights !== 0) own.set(nid, beside);
    }
    return own;
  }

  async #evaluate(
    room: LoadedRoom,
    event: StoredEvent,
    { nid, isOwn, context }: Candidate & { readonly context: Omit<PushContext, "userId"> },
  ): Promise<PushEvaluation | undefined> {
    const userId = await this.#rooms.core.users.text(nid);
    const rules = await this.#rules.compiled(nid, userId);
    // The predefined rules do not ask for it.
    const displayName = isOwn ? await this.#displayName(room, userId) : undefined;
    return rules.evaluate(event.pdu, { ...context, userId, displayName });
  }

  async #displayName(room: LoadedRoom, userId: string): Promise<string | undefined> {
    const [member] = await memberEventsIn(this.#rooms, room.view.state, [userId]);
    const name = member?.content["displayname"];
    return typeof name === "string" ? name : undefined;
  }
}

/** The users whom an event mentions, and the one whom it invites. */
function namedUsers(event: StoredEvent): Set<string> {
  const named = new Set<string>();
  const { type, stateKey, json } = event.fields;
  if (type === "m.room.member" && stateKey !== undefined) named.add(stateKey);
  if (!json.includes('"m.mentions"')) return named;
  const mentions = event.content["m.mentions"];
  const userIds = isJsonObject(mentions) ? mentions["user_ids"] : undefined;
  if (Array.isArray(userIds)) for (const userId of userIds) if (typeof userId === "string") named.add(userId);
  return named;
}

function toNotice(evaluation: PushEvaluation | undefined): Notice {
  if (!evaluation?.notify) return nothing;
  return { notifies: 1, highlights: evaluation.highlight ? 1 : 0 };
}

function difference(whole: Notice, common: Notice): Notice {
  return { notifies: whole.notifies - common.notifies, highlights: whole.highlights - common.highlights };
}
