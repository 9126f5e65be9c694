import type { JsonObject } from "@patrix/api";
import { buildServerKeys, signRequest } from "@patrix/federation";
import { createEventId } from "@patrix/identifiers";
import type { RoomVersionRules } from "@patrix/room-versions";
import {
  type BuiltPdu,
  buildPdu,
  fromFederation,
  generateSigningKey,
  type PduDraft,
  type PduPosition,
  type SigningKey,
} from "@patrix/signatures";
import type { TestHomeserver } from "./test-homeserver.ts";
import type { AnyBody, TestResponse } from "./test-requests.ts";
import type { NetworkRequest } from "./network-request.ts";
import type { PlayedAnswer, TestNetwork } from "./test-network.ts";

/**
 * A server of a {@link TestNetwork} that a test plays: it signs what it sends, and answers as the test says. It keeps no room.
 *
 * @example
 * const peer = new TestPeer("peer.example", network);
 * const { join, authEvents } = await peer.join(server, room, "@eve:peer.example", rules, "11");
 */
export class TestPeer {
  /** Its server name. */
  readonly name: string;
  /** The key that it signs with. */
  readonly key: SigningKey = generateSigningKey("ed25519:peer");
  /** Answers by what the path contains; 404 for everything else but the keys. */
  readonly answers: Map<string, (request: NetworkRequest) => PlayedAnswer | Promise<PlayedAnswer>> = new Map();
  /** What it was asked, in order. */
  readonly requests: NetworkRequest[] = [];
  readonly #network: TestNetwork;
  #transactions = 0;

  constructor(name: string, network: TestNetwork) {
    this.name = name;
    this.#network = network;
    network.play(name, (request) => this.#answer(request));
  }

  /** Sends a signed request to a homeserver. */
  async request<Body = AnyBody>(server: TestHomeserver, method: string, uri: string, content?: unknown): Promise<TestResponse<Body>> {
    const signed = { method, uri, origin: this.name, destination: server.serverName, ...(content === undefined ? {} : { content }) };
    const response = await server.fetch(server.url + uri, {
      method,
      headers: { authorization: signRequest(signed, this.key), "content-type": "application/json" },
      ...(content === undefined ? {} : { body: JSON.stringify(content) }),
    });
    const text = await response.text();
    const isJson = text.startsWith("{") || text.startsWith("[");
    // Tests assert what they find in it.
    return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as Body };
  }

  /** Sends a transaction. */
  send(server: TestHomeserver, pdus: readonly unknown[], edus: readonly unknown[] = []): Promise<TestResponse<AnyBody>> {
    const body = { origin: this.name, origin_server_ts: this.#network.clock.now(), pdus, edus };
    return this.request(server, "PUT", `/_matrix/federation/v1/send/${this.#transactions++}`, body);
  }

  /** Builds a signed event. */
  build(draft: PduDraft, position: PduPosition, rules: RoomVersionRules): BuiltPdu {
    return buildPdu(draft, position, rules, { server: this.name, key: this.key });
  }

  /** Joins a user of this server to a public room, and gives the state before the join and the join. */
  async join(
    server: TestHomeserver,
    room: string,
    userId: string,
    rules: RoomVersionRules,
    version: string,
    { by = "v2", omitMembers = false }: { readonly by?: "v1" | "v2"; readonly omitMembers?: boolean } = {},
  ): Promise<JoinedRoom> {
    const made = await this.request<{ readonly event: DraftedEvent }>(
      server,
      "GET",
      `/_matrix/federation/v1/make_join/${encodeURIComponent(room)}/${userId}?ver=${version}`,
    );
    const { event } = made.body;
    const join = this.build(
      {
        type: "m.room.member",
        state_key: userId,
        sender: userId,
        room_id: room,
        origin_server_ts: this.#network.clock.now(),
        content: event.content,
        event_id: rules.eventFormat.requireEventId ? createEventId(this.name) : undefined,
      },
      { prevEvents: event.prev_events, authEvents: event.auth_events, depth: event.depth },
      rules,
    );
    const sent = await this.request<HandedRoom | readonly [number, HandedRoom]>(
      server,
      "PUT",
      `/_matrix/federation/${by}/send_join/${encodeURIComponent(room)}/${encodeURIComponent(join.eventId)}${omitMembers ? "?omit_members=true" : ""}`,
      join.pdu,
    );
    if (sent.status !== 200) throw new Error(`the join was answered with ${sent.status} ${JSON.stringify(sent.body)}`);
    const handed = "state" in sent.body ? sent.body : sent.body[1];
    const { state } = handed;
    const named = (type: string): string[] => state.filter((pdu) => pdu["type"] === type).map((pdu) => fromFederation(pdu, rules).eventId);
    const create = rules.authorization.roomCreateEventIdAsRoomId ? [] : named("m.room.create");
    return { join, state, handed, authEvents: [...create, ...named("m.room.power_levels"), join.eventId] };
  }

  async #answer(request: NetworkRequest): Promise<PlayedAnswer> {
    this.requests.push(request);
    if (request.target === "/_matrix/key/v2/server") {
      const keys = buildServerKeys({ serverName: this.name, current: [this.key], validUntilTs: this.#network.clock.now() + 3_600_000 });
      return { status: 200, body: keys };
    }
    for (const [part, answer] of this.answers) if (request.target.includes(part)) return answer(request);
    return { status: 404, body: { errcode: "M_UNRECOGNIZED" } };
  }
}

/** What a server is answered that joins a room. */
export interface HandedRoom {
  readonly state: readonly JsonObject[];
  readonly auth_chain: readonly JsonObject[];
  readonly members_omitted?: boolean;
  readonly servers_in_room?: readonly string[];
}

interface DraftedEvent {
  readonly content: JsonObject;
  readonly prev_events: PduPosition["prevEvents"];
  readonly auth_events: PduPosition["authEvents"];
  readonly depth: number;
}

/** What a server that has joined knows of a room. */
export interface JoinedRoom {
  readonly join: BuiltPdu;
  readonly state: readonly JsonObject[];
  readonly handed: HandedRoom;
  /** What authorises a message of the user. */
  readonly authEvents: readonly string[];
}
