// A room of the homeserver that was divided for long: on either side users have come, and the power levels have changed.
import type { TestHomeserver, TestPeer, TestUser } from "@patrix/homeserver/testing";
import { type BuiltPdu, fromFederation, type JsonObject } from "@patrix/signatures";
import { selectAuthEvents } from "@patrix/state-res";
import type { Versioned } from "./large-room.ts";

/** One side of such a room. */
interface Side {
  /** All that was sent there, in order. */
  readonly sent: BuiltPdu[];
  /** IDs of the state there, by type and key. */
  readonly state: Map<string, string>;
  depth: number;
}

/** A room whose one side the homeserver knows; the other is the peer's. */
export interface LargeConflict {
  readonly roomId: string;
  /** An event that the peer has sent on its side. Asked for the state before it, it gives all of that. */
  readonly theirs: BuiltPdu;
  /** An event that follows it and what the homeserver knew. */
  readonly merge: BuiltPdu;
}

const FIRST_DEPTH = 20;
const PER_TRANSACTION = 50;

/** Makes such a room, of so many events in conflict, and sends one side of it to the homeserver. */
export async function makeLargeConflict(
  server: TestHomeserver,
  { alice, peer, events }: { readonly alice: TestUser; readonly peer: TestPeer; readonly events: number },
  { version, rules }: Versioned,
): Promise<LargeConflict> {
  const eve = `@eve:${peer.name}`;
  const users = { ...(!rules.authorization.explicitlyPrivilegeRoomCreators && { [alice.userId]: 100 }), [eve]: 100 };
  const levels = (change: number): JsonObject => ({ users, events: { "m.room.topic": change % 50 } });
  const roomId = await server.createRoom(alice, { room_version: version, power_level_content_override: levels(0) });
  const joined = await peer.join(server, roomId, eve, rules, version);
  const shared = [...joined.state, joined.join.pdu];
  const nameOf = (pdu: JsonObject): string => `${String(pdu["type"])} ${String(pdu["state_key"])}`;
  const begin = new Map(shared.map((pdu) => [nameOf(pdu), fromFederation(pdu, rules).eventId]));
  const send = (side: Side, sender: string, type: string, stateKey: string, content: JsonObject, after?: readonly string[]): BuiltPdu => {
    const keys = selectAuthEvents({ type, state_key: stateKey, sender, content }, rules);
    const authEvents = keys.flatMap(([authType, authKey]) => side.state.get(`${authType} ${authKey}`) ?? []);
    const prevEvents = after ?? [side.sent.at(-1)?.eventId ?? joined.join.eventId];
    const draft = { type, state_key: stateKey, sender, room_id: roomId, origin_server_ts: Date.now() + side.depth, content };
    const built = peer.build(draft, { prevEvents, authEvents, depth: FIRST_DEPTH + side.depth++ }, rules);
    side.sent.push(built);
    side.state.set(`${type} ${stateKey}`, built.eventId);
    return built;
  };
  const play = (name: string): Side => {
    const side: Side = { sent: [], state: new Map(begin), depth: 0 };
    for (let i = 0; i < events / 2; i++) {
      const userId = `@${name}${i}:${peer.name}`;
      if (i % 2 === 0) send(side, userId, "m.room.member", userId, { membership: "join", displayname: `${name} ${i}` });
      else send(side, eve, "m.room.power_levels", "", levels(i));
    }
    return side;
  };
  const ours = play("ours");
  const theirs = play("theirs");
  const stateIds = [...theirs.state.values()];
  const pdus = theirs.sent.map(({ pdu }) => pdu);
  const unknown = send(theirs, eve, "m.room.topic", "", { topic: "unknown" });
  // It is told of one event that is missing, and the state before that has everything else.
  peer.answers.set("/get_missing_events/", () => ({ status: 200, body: { events: [unknown.pdu] } }));
  const authIds = theirs.sent.map(({ eventId }) => eventId);
  // Its answers are made beforehand: what they take is not the homeserver's.
  const encoded = (body: object): Uint8Array => new TextEncoder().encode(JSON.stringify(body));
  const ids = encoded({ pdu_ids: stateIds, auth_chain_ids: authIds });
  const state = encoded({ pdus, auth_chain: shared });
  peer.answers.set("/state_ids/", () => ({ status: 200, body: ids }));
  peer.answers.set("/state/", () => ({ status: 200, body: state }));
  const topic = send(theirs, eve, "m.room.topic", "", { topic: "theirs" });
  const tips = [topic.eventId, ours.sent.at(-1)?.eventId ?? ""];
  for (let from = 0; from < ours.sent.length; from += PER_TRANSACTION)
    await taken(peer, server, ours.sent.slice(from, from + PER_TRANSACTION));
  return { roomId, theirs: topic, merge: send(theirs, eve, "m.room.name", "", { name: "one again" }, tips) };
}

/** Sends events to the homeserver, which must take them. */
export async function taken(peer: TestPeer, server: TestHomeserver, events: readonly BuiltPdu[]): Promise<void> {
  const { status, body } = await peer.send(
    server,
    events.map(({ pdu }) => pdu),
  );
  if (status !== 200 || JSON.stringify(body).includes("error"))
    throw new Error(`events were answered with ${status} ${JSON.stringify(body)}`);
}
