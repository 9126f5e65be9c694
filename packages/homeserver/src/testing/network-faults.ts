import { type SeededRandom, seededRandom } from "@patrix/state-res/testing";
import type { NetworkRequest } from "./network-request.ts";
import type { Fault, TestNetwork } from "./test-network.ts";

/** How often what goes wrong goes wrong, from 0 for never to 1 for always. */
export interface FaultRates {
  /** Requests that never arrive. */
  readonly lost?: number;
  /** Requests that arrive, and whose answer is lost. */
  readonly unanswered?: number;
  /** Requests that arrive twice. */
  readonly twice?: number;
  /** Requests that arrive late, so that later ones overtake them. */
  readonly late?: number;
  /** The most that those are late, in milliseconds of the network's clock; 50 if left out. */
  readonly lateMs?: number;
  /** Requests that their sender takes for lost, and that arrive behind what was sent meanwhile. */
  readonly astray?: number;
  /** The most that it takes them to arrive, in milliseconds of the network's clock; a minute if left out. */
  readonly astrayMs?: number;
}

/**
 * The weather of a {@link TestNetwork}: servers are parted and come together again, and requests are lost, doubled, late and overtaken by chance.
 * The same seed gives the same chances.
 *
 * @example
 * const network = new TestNetwork();
 * const faults = new NetworkFaults(network, { seed: 7 });
 * faults.rates = { lost: 0.2, twice: 0.1, late: 0.3 };
 * faults.part(["a.example"], ["b.example", "c.example"]);
 * // … what happens meanwhile …
 * faults.heal();
 */
export class NetworkFaults {
  /** What goes wrong by chance; nothing at first. */
  rates: FaultRates = {};
  /** How often each has happened. */
  readonly counts = { parted: 0, lost: 0, unanswered: 0, twice: 0, late: 0, astray: 0 };
  readonly #network: TestNetwork;
  #sides: readonly ReadonlySet<string>[] = [];
  readonly #chance: SeededRandom;

  /** @param seed - A whole number from which the chances follow. */
  constructor(network: TestNetwork, { seed }: { readonly seed: number }) {
    this.#chance = seededRandom(seed);
    this.#network = network;
    network.fault = (request) => this.#decide(request);
  }

  /** Parts groups of servers: requests from one to another are lost. Servers that are in no group reach all. */
  part(...sides: readonly (readonly string[])[]): void {
    this.#sides = sides.map((side) => new Set(side));
  }

  /** Brings all servers together, and ends what goes wrong by chance. */
  heal(): void {
    this.#sides = [];
    this.rates = {};
  }

  async #decide({ from, to }: NetworkRequest): Promise<Fault> {
    const sideOf = (server: string): number => this.#sides.findIndex((side) => side.has(server));
    if (sideOf(from) !== -1 && sideOf(to) !== -1 && sideOf(from) !== sideOf(to)) return this.#count("parted", "lost");
    const { lost = 0, unanswered = 0, twice = 0, late = 0, lateMs = 50, astray = 0, astrayMs = 60_000 } = this.rates;
    if (this.#chance.next() < late) {
      this.counts.late++;
      await this.#network.clock.sleep(this.#chance.next() * lateMs);
    }
    if (this.#chance.next() < lost) return this.#count("lost", "lost");
    if (this.#chance.next() < astray) return this.#count("astray", { astrayMs: this.#chance.next() * astrayMs });
    if (this.#chance.next() < unanswered) return this.#count("unanswered", "unanswered");
    return this.#chance.next() < twice ? this.#count("twice", "twice") : undefined;
  }

  #count(kind: keyof NetworkFaults["counts"], fault: Fault): Fault {
    this.counts[kind]++;
    return fault;
  }
}
