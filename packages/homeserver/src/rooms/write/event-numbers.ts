import type { Core } from "../../log/core.ts";
import { formatStateKey, internStateKey, peekStateKey } from "../state/state-key.ts";

/** The names in an event that are stored as numbers. */
export interface NamedEvent {
  readonly type: string;
  readonly stateKey?: string | undefined;
  readonly sender: string;
}

/** The numbers of those names. */
export interface EventNumbers {
  readonly senderNid: number;
  readonly typeNid: number;
  readonly skeyNid: number | undefined;
  /** The user whose membership the event sets. */
  readonly memberNid: number | undefined;
}

/** Looks up the names of many events at once, so that {@link internNames} finds them in memory. */
export async function findNames(core: Core, events: readonly NamedEvent[]): Promise<void> {
  await core.users.findAll(
    events.flatMap(({ sender, type, stateKey }) => (type === "m.room.member" && stateKey ? [sender, stateKey] : sender)),
  );
  const keys: string[] = [];
  for (const { type, stateKey } of events)
    if (stateKey !== undefined) keys.push(formatStateKey(await core.eventTypes.intern(type), stateKey));
  await core.stateKeys.findAll(keys);
}

/** Gives the names of an event their numbers. */
export async function internNames(core: Core, { sender, type, stateKey }: NamedEvent): Promise<EventNumbers> {
  return {
    senderNid: await core.users.intern(sender),
    typeNid: await core.eventTypes.intern(type),
    skeyNid: stateKey === undefined ? undefined : await internStateKey(core, type, stateKey),
    memberNid: type === "m.room.member" && stateKey ? await core.users.intern(stateKey) : undefined,
  };
}

/** The numbers of an event's names; `undefined` unless all are in memory. */
export function peekNumbers(core: Core, { sender, type, stateKey }: NamedEvent): EventNumbers | undefined {
  const isMember = type === "m.room.member" && stateKey !== undefined && stateKey !== "";
  const senderNid = core.users.peek(sender);
  const typeNid = core.eventTypes.peek(type);
  const skeyNid = stateKey === undefined ? undefined : peekStateKey(core, type, stateKey);
  const memberNid = isMember ? core.users.peek(stateKey) : undefined;
  if (senderNid === undefined || typeNid === undefined) return undefined;
  if ((stateKey !== undefined && skeyNid === undefined) || (isMember && memberNid === undefined)) return undefined;
  return { senderNid, typeNid, skeyNid, memberNid };
}
