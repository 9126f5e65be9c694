import type { Presence } from "../rooms/ephemeral/presence.ts";
import type { Typing } from "../rooms/ephemeral/typing.ts";
import type { PlacedStates } from "../rooms/read/state-at.ts";
import type { Rooms } from "../rooms/rooms.ts";
import { AppserviceStream } from "./appservice-stream.ts";
import type { Appservice, Appservices } from "./appservices.ts";
import { Interest } from "./interest.ts";
import { isReachable } from "./appservice-connection.ts";
import type { KeyCounts } from "./transaction-body.ts";

/** What the streams of all application services are made of. */
export interface StreamsParts {
  readonly appservices: Appservices;
  readonly rooms: Rooms;
  readonly states: PlacedStates;
  readonly typing: Typing;
  readonly presence: Presence;
  /** What is held of the keys of each device of a user. */
  readonly keyCounts: (userNid: number) => Promise<readonly KeyCounts[]>;
  /** Told of each failure of a service, and how long it is left alone. */
  readonly failed: (service: Appservice, error: unknown, retryMs: number) => void;
  readonly recovered: (service: Appservice) => void;
}

/** Tells every application service that has an address what concerns it; none waits for another. */
export class AppserviceStreams implements AsyncDisposable {
  readonly #parts: StreamsParts;
  readonly #interests = new Map<number, Interest>();
  readonly #streams = new Map<number, AppserviceStream>();

  constructor(parts: StreamsParts) {
    this.#parts = parts;
    for (const service of parts.appservices.all) this.#interests.set(service.nid, new Interest(service, parts));
  }

  /** What concerns an application service. */
  interestOf(service: Appservice): Interest {
    return this.#interests.get(service.nid) ?? new Interest(service, this.#parts);
  }

  /** Begins; called when the server answers, since services ask back. */
  async start(): Promise<void> {
    const { appservices, failed, recovered } = this.#parts;
    for (const service of appservices.all) {
      if (!isReachable(service)) continue;
      const stream = await AppserviceStream.open({
        ...this.#parts,
        service,
        interest: this.interestOf(service),
        failed: (error, retryMs) => failed(service, error, retryMs),
        recovered: () => recovered(service),
      });
      this.#streams.set(service.nid, stream);
    }
  }

  /** Notes that an application service is there. */
  note({ nid }: Appservice): void {
    this.#streams.get(nid)?.nudge();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stream of this.#streams.values()) await stream[Symbol.asyncDispose]();
  }
}
