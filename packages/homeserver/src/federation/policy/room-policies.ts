import type { JsonObject } from "@patrix/api";
import {
  answeredError,
  type FederationClient,
  getPolicyServer,
  hasPolicySignature,
  isFederationError,
  needsPolicySignature,
  type PolicyServer,
  requestPolicySignature,
} from "@patrix/federation";
import type { RoomVersionRules } from "@patrix/room-versions";
import { fromFederation, type NamedPdu, toFederation } from "@patrix/signatures";
import { RoomError } from "../../rooms/errors.ts";
import type { RoomParts } from "../../rooms/open-rooms.ts";
import { stateEvent } from "../../rooms/read/state-event.ts";
import type { ReceivedEvent, ReceiveOptions } from "../../rooms/receive/event-receiver.ts";
import type { LoadedRoom, Room } from "../../rooms/room.ts";
import { internStateKey } from "../../rooms/state/state-key.ts";
import type { StoredEvent } from "../../rooms/timeline/stored-event.ts";
import type { EventDraft } from "../../rooms/write/event-draft.ts";
import type { EventOrigin } from "../../rooms/write/event-log.ts";
import type { SendGuard } from "../../rooms/write/room-engine.ts";
import { FederatedError, isOwnTrouble } from "../errors.ts";
import type { OwnKeys } from "../keys/own-keys.ts";
import type { RoomServers } from "../room-servers.ts";

/** How long a policy server may take, in milliseconds: somebody waits for the event. */
const TIMEOUT_MS = 10_000;

/** What events are shown to policy servers with. */
export interface RoomPolicyParts extends Pick<RoomParts, "rooms" | "engine" | "receiver"> {
  readonly client: FederationClient;
  readonly keys: OwnKeys;
  readonly roomServers: RoomServers;
}

/** Receives an event, with what tells whether it is recommended. */
export type ReceiveRecommended = (pdu: NamedPdu, isRecommended: ReceiveOptions["isRecommended"]) => Promise<ReceivedEvent>;

/** Says that an event has to be shown to the policy server before it can be received. */
class NotSigned extends Error {
  readonly policyServer: PolicyServer;

  constructor(policyServer: PolicyServer) {
    super(`the policy server ${policyServer.server} has not signed the event`);
    this.policyServer = policyServer;
  }
}

/**
 * Asks the policy servers of rooms about events: about those of this server before they are sent, and about those of others that come
 * without the signature. What a policy server does not sign, or cannot be asked about, is not sent, and not shown.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#policy-servers}
 */
export class RoomPolicies implements SendGuard {
  readonly #parts: RoomPolicyParts;
  /** The number of the state key by which rooms name their policy servers. */
  readonly #policyKey: number;

  private constructor(parts: RoomPolicyParts, policyKey: number) {
    this.#parts = parts;
    this.#policyKey = policyKey;
  }

  /** Opens the policies: events of this server go by them from here on. */
  static async open(parts: RoomPolicyParts): Promise<RoomPolicies> {
    const policies = new RoomPolicies(parts, await internStateKey(parts.rooms.core, "m.room.policy", ""));
    parts.engine.guardBy(policies);
    return policies;
  }

  isGuarded({ head }: LoadedRoom, { type, stateKey }: EventDraft): boolean {
    return (
      head.state.get(this.#policyKey) !== undefined &&
      needsPolicySignature({ type, ...(stateKey !== undefined && { state_key: stateKey }) })
    );
  }

  /** @throws {FederatedError} `REFUSED` with what the policy server says, or `NO_SERVER_HELPED`. @throws {RoomError} `FORBIDDEN`. */
  async send(room: LoadedRoom, draft: EventDraft, origin: EventOrigin | undefined): Promise<StoredEvent | undefined> {
    const { engine, keys, receiver } = this.#parts;
    const policyServer = await this.#serverOf(room);
    if (!policyServer) return undefined;
    const { pdu } = await engine.draft(room, draft);
    const signed = await this.#ask(policyServer, keys.sign(toFederation(pdu, room.rules), room.rules), room.rules);
    // The room may have moved on meanwhile: then the event is one of another branch.
    const { outcome, event, reason } = await receiver.receive(room, fromFederation(signed, room.rules), { origin });
    if (outcome === "rejected" || outcome === "soft-failed") throw new RoomError("FORBIDDEN", reason ?? "the event is not allowed");
    return event;
  }

  /** An event of this server with the signature of the room's policy server, where it has one. @throws {FederatedError} As {@link RoomPolicies.send}. */
  async recommended(room: LoadedRoom, event: JsonObject): Promise<JsonObject> {
    const policyServer = await this.#serverOf(room);
    return policyServer ? this.#ask(policyServer, event, room.rules) : event;
  }

  /** Receives an event of another server, which the room's policy server is asked about if it has not signed it. */
  async receive(room: Room, pdu: NamedPdu, receive: ReceiveRecommended): Promise<ReceivedEvent> {
    try {
      return await receive(pdu, (event) => this.#isRecommended(room, event));
    } catch (error) {
      if (!(error instanceof NotSigned)) throw error;
      // Nothing of the room waits for the answer, and nothing is stored yet.
      const signed = await this.#askAbout(error.policyServer, pdu, room.rules);
      return receive(signed ?? pdu, () => Promise.resolve(signed !== undefined));
    }
  }

  async #isRecommended(room: Room, { pdu }: NamedPdu): Promise<boolean> {
    const policyServer = await this.#serverOf(await this.#parts.rooms.load(room));
    if (!policyServer || hasPolicySignature(toFederation(pdu, room.rules), policyServer, room.rules)) return true;
    throw new NotSigned(policyServer);
  }

  /** An event of another server with the signature, if the policy server gives it. */
  async #askAbout(policyServer: PolicyServer, { pdu }: NamedPdu, rules: RoomVersionRules): Promise<NamedPdu | undefined> {
    try {
      return fromFederation(await this.#ask(policyServer, toFederation(pdu, rules), rules), rules);
    } catch (error) {
      if (isOwnTrouble(error)) throw error;
      return undefined;
    }
  }

  async #ask(policyServer: PolicyServer, event: JsonObject, rules: RoomVersionRules): Promise<JsonObject> {
    const { server } = policyServer;
    try {
      return await requestPolicySignature(this.#parts.client, { event, policyServer, rules }, { timeoutMs: TIMEOUT_MS });
    } catch (error) {
      const answer = answeredError(error);
      if (answer) throw new FederatedError("REFUSED", `the policy server ${server}: ${answer.message}`, { answer });
      if (isFederationError(error))
        throw new FederatedError("NO_SERVER_HELPED", `the policy server of the room: ${error.message}`, { cause: error });
      throw error;
    }
  }

  async #serverOf(room: LoadedRoom): Promise<PolicyServer | undefined> {
    if (room.view.state.get(this.#policyKey) === undefined) return undefined;
    const content = (await stateEvent(this.#parts.rooms, room, "m.room.policy"))?.content;
    const via = content?.["via"];
    if (typeof via !== "string") return undefined;
    const hasJoinedUser = await this.#parts.roomServers.isJoined(room, via);
    return getPolicyServer(content, () => hasJoinedUser);
  }
}
