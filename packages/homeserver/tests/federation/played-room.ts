// A room that a server keeps which a test plays, and that is joined without its members.
import type { BuiltPdu, JsonObject } from "@patrix/signatures";
import { expect } from "vitest";
import type { TestPeer } from "../../src/testing/index.ts";
import { rules, version } from "./federated.ts";

export const charlie = "@charlie:peer.example";
export const room = "!partial:peer.example";

/** A room that the peer keeps. */
export class PlayedRoom {
  readonly peer: TestPeer;
  /** The state before anybody else joins. */
  readonly state = new Map<string, BuiltPdu>();
  readonly #all = new Map<string, BuiltPdu>();
  #prev: string[] = [];
  #depth = 0;

  constructor(peer: TestPeer) {
    this.peer = peer;
  }

  build(
    sender: string,
    type: string,
    {
      key,
      content,
      auth,
      after,
    }: {
      readonly key?: string;
      readonly content: JsonObject;
      readonly auth: readonly BuiltPdu[];
      /** The event that it follows: the newest if left out. */
      readonly after?: BuiltPdu;
    },
    peer = this.peer,
  ): BuiltPdu {
    this.#depth++;
    const draft = { type, sender, room_id: room, origin_server_ts: Date.now(), content, ...(key !== undefined && { state_key: key }) };
    const prevEvents = after ? [after.eventId] : this.#prev;
    const position = { prevEvents, authEvents: auth.map(({ eventId }) => eventId), depth: this.#depth };
    const built = peer.build(draft, position, rules);
    this.#prev = [built.eventId];
    this.#all.set(built.eventId, built);
    return built;
  }

  set(sender: string, type: string, key: string, content: JsonObject, auth: readonly BuiltPdu[], peer = this.peer): BuiltPdu {
    const built = this.build(sender, type, { key, content, auth }, peer);
    this.state.set(`${type} ${key}`, built);
    return built;
  }

  /** @param peer - The server that signs it. */
  member(userId: string, membership: string, auth: readonly BuiltPdu[], peer = this.peer): BuiltPdu {
    return this.set(userId, "m.room.member", userId, { membership }, auth, peer);
  }

  of(type: string, key = ""): BuiltPdu {
    return this.state.get(`${type} ${key}`) ?? expect.unreachable(`there is no ${type}`);
  }

  /** What authorises what a member sends. */
  authOf(...members: readonly BuiltPdu[]): BuiltPdu[] {
    return [this.of("m.room.create"), this.of("m.room.power_levels"), ...members];
  }

  /** Lets somebody join, and holds the members back. @returns What lets them come. */
  handOver({ servers = [this.peer.name] }: { readonly servers?: readonly string[] } = {}): () => void {
    const { answers } = this.peer;
    const state = [...this.state.values()];
    const last = this.#prev;
    const ids = state.map(({ eventId }) => eventId);
    const create = this.of("m.room.create");
    const joinRules = this.of("m.room.join_rules");
    const pdus = (events: Iterable<BuiltPdu>): object[] => [...events].map(({ pdu }) => pdu);
    answers.set("/make_join/", ({ target }) => {
      const userId = decodeURIComponent(target.split("?")[0]?.split("/").at(-1) ?? "");
      const auth = [create, this.of("m.room.power_levels"), joinRules].map(({ eventId }) => eventId);
      const draft = { type: "m.room.member", room_id: room, state_key: userId, sender: userId, content: { membership: "join" } };
      return {
        status: 200,
        body: { room_version: version, event: { ...draft, prev_events: last, auth_events: auth, depth: this.#depth + 1 } },
      };
    });
    answers.set("/send_join/", ({ target }) => {
      this.#prev = [decodeURIComponent(target.split("?")[0]?.split("/").at(-1) ?? "")];
      this.#depth++;
      const without = state.filter(({ pdu }) => pdu["type"] !== "m.room.member");
      const body = { state: pdus(without), auth_chain: pdus(this.#all.values()), members_omitted: true, servers_in_room: servers };
      return { status: 200, body };
    });
    answers.set("/send/", () => ({ status: 200, body: { pdus: {} } }));
    answers.set("/backfill/", () => ({ status: 200, body: { origin: this.peer.name, origin_server_ts: 0, pdus: [] } }));
    answers.set("/federation/v1/event/", ({ target }) => {
      const found = this.#all.get(decodeURIComponent(target.split("/").at(-1) ?? ""));
      return { status: 200, body: { origin: this.peer.name, origin_server_ts: 0, pdus: found ? [found.pdu] : [] } };
    });
    let come = (): void => {};
    const held = new Promise<void>((resolve) => (come = resolve));
    answers.set("/state_ids/", async () => {
      await held;
      return { status: 200, body: { pdu_ids: ids, auth_chain_ids: [...this.#all.keys()] } };
    });
    return come;
  }
}
