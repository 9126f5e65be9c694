// A room of another server with as many members as wanted, of many servers, as it is handed to one that joins.
import type { JsonObject } from "@patrix/api";
import type { RoomVersionRules } from "@patrix/room-versions";
import type { TestPeer } from "@patrix/homeserver/testing";
import { fromFederation } from "@patrix/signatures";

/** The version of a room, and its rules. */
export interface Versioned {
  readonly version: string;
  readonly rules: RoomVersionRules;
}

/** A room that no homeserver keeps: its events are here. */
export interface LargeRoom {
  readonly roomId: string;
  readonly creator: string;
  /** The state before anybody else joins. */
  readonly state: readonly JsonObject[];
  readonly authChain: readonly JsonObject[];
  /** IDs of the events that authorise a join, and that authorise a message beside the sender's membership. */
  readonly authEvents: { readonly create: string; readonly powerLevels: string; readonly joinRules: string };
  /** The membership of each user, by user ID. */
  readonly memberships: ReadonlyMap<string, string>;
  /** The last event, and its depth. */
  last: { readonly eventId: string; readonly depth: number };
}

/** Makes a room in which the users of some servers take turns to join. */
export function makeLargeRoom(peers: readonly TestPeer[], members: number, { version, rules }: Versioned): LargeRoom {
  const [host] = peers;
  if (!host) throw new RangeError("a room needs a server");
  const roomId = `!large:${host.name}`;
  const creator = `@user0:${host.name}`;
  const state: JsonObject[] = [];
  let prev: string[] = [];
  let depth = 0;
  const add = (peer: TestPeer, sender: string, type: string, stateKey: string, content: JsonObject, authEvents: string[]): string => {
    depth++;
    const draft = { type, state_key: stateKey, sender, room_id: roomId, origin_server_ts: 1_700_000_000_000 + depth, content };
    const { eventId, pdu } = peer.build(draft, { prevEvents: prev, authEvents, depth }, rules);
    prev = [eventId];
    state.push(pdu);
    return eventId;
  };
  const create = add(host, creator, "m.room.create", "", { room_version: version }, []);
  const memberships = new Map([[creator, add(host, creator, "m.room.member", creator, { membership: "join" }, [create])]]);
  const own = memberships.get(creator) ?? "";
  // Anyone may set the topic, so that the room can be forked by anyone.
  const levels = { users: { [creator]: 100 }, events: { "m.room.topic": 0 } };
  const powerLevels = add(host, creator, "m.room.power_levels", "", levels, [create, own]);
  const joinRules = add(host, creator, "m.room.join_rules", "", { join_rule: "public" }, [create, powerLevels, own]);
  for (let i = 1; i < members; i++) {
    const peer = peers[i % peers.length] ?? host;
    const userId = `@user${i}:${peer.name}`;
    const eventId = add(peer, userId, "m.room.member", userId, { membership: "join" }, [create, powerLevels, joinRules]);
    memberships.set(userId, eventId);
  }
  return {
    roomId,
    creator,
    state,
    authChain: state.slice(0, 4),
    authEvents: { create, powerLevels, joinRules },
    memberships,
    last: { eventId: prev[0] ?? "", depth },
  };
}

/** Lets a server hand the room over to whoever joins, without its members where they are not wanted at once. */
export function handOver(host: TestPeer, room: LargeRoom, { version, rules }: Versioned): void {
  const { create, powerLevels, joinRules } = room.authEvents;
  host.answers.set("/make_join/", ({ target, from }) => {
    const userId = decodeURIComponent(target.split("?")[0]?.split("/").at(-1) ?? "");
    const event = {
      type: "m.room.member",
      state_key: userId,
      sender: userId,
      room_id: room.roomId,
      origin: from,
      origin_server_ts: Date.now(),
      content: { membership: "join" },
      prev_events: [room.last.eventId],
      auth_events: [create, powerLevels, joinRules],
      depth: room.last.depth + 1,
    };
    return { status: 200, body: { room_version: version, event } };
  });
  // Written once: what is measured is the server that takes it.
  const write = (body: object): Uint8Array => new TextEncoder().encode(JSON.stringify(body));
  const whole = write({ state: room.state, auth_chain: room.authChain, members_omitted: false, origin: host.name });
  const servers = [...new Set([...room.memberships.keys()].map((userId) => userId.slice(userId.indexOf(":") + 1)))];
  const others = room.state.filter(({ type }) => type !== "m.room.member");
  const partial = write({ state: others, auth_chain: room.authChain, members_omitted: true, servers_in_room: servers, origin: host.name });
  host.answers.set("/send_join/", ({ target }) => {
    room.last = { eventId: decodeURIComponent(target.split("?")[0]?.split("/").at(-1) ?? ""), depth: room.last.depth + 1 };
    return { status: 200, body: target.includes("omit_members=true") ? partial : whole };
  });
  const idsOf = (pdus: readonly JsonObject[]): string[] => pdus.map((pdu) => fromFederation(pdu, rules).eventId);
  const ids = write({ pdu_ids: idsOf(room.state.slice(0, -1)), auth_chain_ids: idsOf(room.authChain) });
  const state = write({ pdus: room.state.slice(0, -1), auth_chain: room.authChain });
  const last = write({ origin: host.name, origin_server_ts: 0, pdus: room.state.slice(-1) });
  // Those of the event before the first join.
  host.answers.set("/state_ids/", () => ({ status: 200, body: ids }));
  host.answers.set("/state/", () => ({ status: 200, body: state }));
  host.answers.set("/federation/v1/event/", () => ({ status: 200, body: last }));
}
