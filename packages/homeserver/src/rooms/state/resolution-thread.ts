/**
 * The thread that resolves states where much is in conflict: nobody else waits for it. It takes one resolution at a time, and answers each
 * message but those that bring what is in conflict.
 *
 * @packageDocumentation
 */
import { on } from "node:events";
import { type MessagePort, parentPort } from "node:worker_threads";
import type { JsonObject } from "@patrix/api";
import { getRoomVersionRules } from "@patrix/room-versions";
import {
  addStateEvent,
  type AuthEvent,
  type MutableStateMap,
  resolveState,
  stateEntries,
  type StateMap,
  StateResError,
  toAuthEvent,
} from "@patrix/state-res";
import {
  ENTRIES_AT_ONCE,
  EVENTS_AT_ONCE,
  inPieces,
  type ResolutionReply,
  type ResolutionRequest,
  type StoredJson,
} from "./resolution-protocol.ts";

/** What is in conflict, as far as it has come. */
interface Conflicted {
  readonly states: MutableStateMap[];
  readonly authChains: Set<string>[];
  readonly conflictedSubgraph: Set<string>;
}

class ResolutionServer {
  readonly #port: MessagePort;
  readonly #requests: AsyncIterator<unknown[]>;

  constructor(port: MessagePort) {
    this.#port = port;
    this.#requests = on(port, "message");
  }

  async serve(): Promise<void> {
    for (;;) {
      const conflicted: Conflicted = { states: [], authChains: [], conflictedSubgraph: new Set() };
      let request = await this.#next();
      for (; request.kind !== "resolve"; request = await this.#next()) take(conflicted, request);
      const { roomVersion, states } = request;
      for (let state = 0; state < states; state++) {
        conflicted.states[state] ??= new Map();
        conflicted.authChains[state] ??= new Set();
      }
      try {
        await this.#tell(await this.#resolve(roomVersion, conflicted));
      } catch (error) {
        this.#post(refusal(error));
      }
    }
  }

  async #resolve(roomVersion: string, { states, authChains, conflictedSubgraph }: Conflicted): Promise<StateMap> {
    const rules = getRoomVersionRules(roomVersion);
    if (!rules) throw new RangeError(`room version ${roomVersion} is not known`);
    const store = { fetchEvents: (eventIds: readonly string[]) => this.#fetch(eventIds) };
    return (await resolveState(states, { rules, store, authChains, conflictedSubgraph })).state;
  }

  async #fetch(eventIds: readonly string[]): Promise<ReadonlyMap<string, AuthEvent>> {
    const found = new Map<string, AuthEvent>();
    for (const wanted of inPieces(eventIds, EVENTS_AT_ONCE)) {
      this.#post({ kind: "wanted", eventIds: wanted });
      const answer = await this.#next();
      if (answer.kind !== "events") throw new Error("events could not be read");
      for (const event of answer.events.map(read)) found.set(event.event_id, event);
    }
    return found;
  }

  async #tell(state: StateMap): Promise<void> {
    const entries = Array.from(stateEntries(state), ({ type, stateKey, eventId }) => [type, stateKey, eventId]);
    let told = 0;
    do {
      const some = entries.slice(told, told + ENTRIES_AT_ONCE);
      told += some.length;
      this.#post({ kind: "resolved", entries: some.flat(), isLast: told === entries.length });
      if (told < entries.length) await this.#next();
    } while (told < entries.length);
  }

  async #next(): Promise<ResolutionRequest> {
    const { value } = await this.#requests.next();
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only this package starts the thread
    return value[0] as ResolutionRequest;
  }

  #post(reply: ResolutionReply): void {
    // A port has no origin; the rule means windows.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    this.#port.postMessage(reply);
  }
}

function take({ states, authChains, conflictedSubgraph }: Conflicted, request: ResolutionRequest): void {
  if (request.kind === "state") {
    const state = (states[request.state] ??= new Map());
    for (const [type = "", stateKey = "", eventId = ""] of inPieces(request.entries, 3))
      addStateEvent(state, { type, state_key: stateKey, event_id: eventId });
  } else if (request.kind === "chain") {
    const chain = (authChains[request.state] ??= new Set());
    for (const id of request.eventIds) chain.add(id);
  } else if (request.kind === "subgraph") for (const id of request.eventIds) conflictedSubgraph.add(id);
}

function read(event: StoredJson | AuthEvent): AuthEvent {
  if (!("json" in event)) return event;
  const { eventId, json, isRejected } = event;
  // The column holds only what the room engine wrote, which is a JSON object.
  return toAuthEvent({ eventId, pdu: JSON.parse(json) as JsonObject }, isRejected);
}

function refusal(error: unknown): ResolutionReply {
  if (!(error instanceof StateResError)) return { kind: "failed", error };
  const { code, message, eventIds } = error;
  return { kind: "refused", code, message, eventIds };
}

if (parentPort) void new ResolutionServer(parentPort).serve();
