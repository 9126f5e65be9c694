import { answeredError, isFederationError } from "@patrix/federation";
import type { Clock } from "@patrix/concurrency";
import { limits } from "../../limits.ts";

/** The kinds of failures that are told apart. */
export const failureKinds = [
  "not_found",
  "connection",
  "certificate",
  "timeout",
  "rate_limited",
  "server_error",
  "refused",
  "other",
] as const;
/** A kind of failure. */
export type FailureKind = (typeof failureKinds)[number];

/** How long a named server may be quiet before another one takes its place, in milliseconds. */
const QUIET_MS = 3_600_000;

/** What was sent to one server, or to some. */
export interface SentFigures {
  readonly transactions: number;
  readonly pdus: number;
  readonly edus: number;
  /** By {@link failureKinds}. */
  readonly failures: readonly number[];
}

/** What waits for a server just now. */
export interface WaitingFigures {
  readonly server: string;
  /** Events in memory; whether there are more in the store. */
  readonly events: number;
  readonly isBehind: boolean;
  /** EDUs in memory. */
  readonly edus: number;
  /** Failures in a row. */
  readonly attempts: number;
  /** When it is tried again, in milliseconds since the epoch; 0 where it is not left alone. */
  readonly retryTs: number;
}

/** The figures of a server, or of all that have no row of their own. */
export interface DestinationFigures extends SentFigures, Omit<WaitingFigures, "server"> {
  /** `undefined` for all others together. */
  readonly server: string | undefined;
  /** When the server has last taken something, in milliseconds since the epoch; 0 if it has not since the start. */
  readonly lastSuccessTs: number;
}

/** What is counted of a server. */
class Tally implements SentFigures {
  transactions = 0;
  pdus = 0;
  edus = 0;
  lastSuccessTs = 0;
  #failures: number[] | undefined;

  get failures(): readonly number[] {
    return this.#failures ?? [];
  }

  fail(kind: FailureKind): void {
    this.#failures ??= failureKinds.map(() => 0);
    const at = failureKinds.indexOf(kind);
    this.#failures[at] = (this.#failures[at] ?? 0) + 1;
  }
}

/** A server with a row of its own: what was counted before it got that stays with the others. */
interface Named {
  readonly tally: Tally;
  readonly base: SentFigures;
}

/**
 * Counts what goes to other servers. So many of them have rows of their own: those for which something waits, and those that were busy last.
 * All others are one row, whose numbers never become less, whoever gets a row or loses it.
 */
export class DestinationMeter {
  readonly #clock: Clock;
  readonly #all = new Tally();
  /** Those without rows of their own. */
  readonly #tallies = new Map<string, Tally>();
  readonly #named = new Map<string, Named>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts a transaction that a server has taken. */
  delivered(server: string, { pdus, edus }: { readonly pdus: number; readonly edus: number }): void {
    for (const tally of [this.#all, this.#of(server)]) {
      tally.transactions++;
      tally.pdus += pdus;
      tally.edus += edus;
      tally.lastSuccessTs = this.#clock.now();
    }
  }

  /** Counts a failure; that a server is left alone is none. */
  failed(server: string, error: unknown): void {
    if (isFederationError(error, "BACKING_OFF")) return;
    const kind = kindOf(error);
    for (const tally of [this.#all, this.#of(server)]) tally.fail(kind);
  }

  /** The figures of all servers: a row for each of some, and one for all others, the last. */
  figures(waiting: readonly WaitingFigures[]): DestinationFigures[] {
    const byServer = new Map(waiting.map((figures) => [figures.server, figures]));
    this.#choose(byServer);
    const rows: DestinationFigures[] = [];
    let others: SentFigures = this.#all;
    for (const [server, { tally, base }] of this.#named) {
      const own = minus(tally, base);
      others = minus(others, own);
      rows.push({ ...nothingWaits, ...byServer.get(server), ...own, server, lastSuccessTs: tally.lastSuccessTs });
    }
    return [
      ...rows,
      {
        ...sum(waiting.filter(({ server }) => !this.#named.has(server))),
        ...others,
        server: undefined,
        lastSuccessTs: this.#all.lastSuccessTs,
      },
    ];
  }

  #of(server: string): Tally {
    const known = this.#named.get(server)?.tally ?? this.#tallies.get(server);
    if (known) return known;
    if (this.#tallies.size >= limits.countedDestinations.value) this.#forgetQuietest();
    const tally = new Tally();
    this.#tallies.set(server, tally);
    return tally;
  }

  /** Makes room: the tenth that was busy longest ago goes. What they have got is counted with all. */
  #forgetQuietest(): void {
    const oldest = this.#byTime().slice(0, limits.countedDestinations.value / 10);
    for (const [server] of oldest) this.#tallies.delete(server);
  }

  #byTime(): [string, Tally][] {
    return [...this.#tallies].toSorted(([, a], [, b]) => a.lastSuccessTs - b.lastSuccessTs);
  }

  /** Gives rows to those for which most waits, and then to those that were busy last; whoever has one keeps it as long as it is busy. */
  #choose(waiting: ReadonlyMap<string, WaitingFigures>): void {
    const most = limits.namedDestinations.value;
    const quietTs = this.#clock.now() - QUIET_MS;
    const urgent = [...waiting.values()].toSorted((a, b) => weight(b) - weight(a)).map(({ server }) => server);
    const wanted = urgent.slice(0, most).filter((server) => !this.#named.has(server));
    const quiet = [...this.#named].filter(([server, { tally }]) => !waiting.has(server) && tally.lastSuccessTs < quietTs);
    // Those that wait longest for nothing go first.
    quiet.sort(([, a], [, b]) => a.tally.lastSuccessTs - b.tally.lastSuccessTs);
    while (this.#named.size + wanted.length > most && quiet.length > 0) this.#drop(quiet.shift()?.[0] ?? "");
    if (this.#named.size >= most) return;
    const busy = this.#byTime().toReversed();
    for (const server of [...wanted, ...busy.map(([name]) => name)]) {
      if (this.#named.size >= most) return;
      if (server === OTHER) continue;
      if (this.#named.has(server)) continue;
      const tally = this.#of(server);
      this.#tallies.delete(server);
      this.#named.set(server, { tally, base: { ...minus(tally, noneSent) } });
    }
  }

  #drop(server: string): void {
    const named = this.#named.get(server);
    this.#named.delete(server);
    if (named) this.#tallies.set(server, named.tally);
  }
}

/** The label of all others; a server of that name is one of them. */
export const OTHER = "other";
const noneSent: SentFigures = { transactions: 0, pdus: 0, edus: 0, failures: [] };
const nothingWaits: Omit<WaitingFigures, "server"> = { events: 0, isBehind: false, edus: 0, attempts: 0, retryTs: 0 };

/** How much of a queue a server is: failing ones come before all that only have much to get. */
function weight({ attempts, events, edus, isBehind }: WaitingFigures): number {
  return (attempts > 0 ? 1e6 : 0) + (isBehind ? 1e5 : 0) + events + edus;
}

function minus(a: SentFigures, b: SentFigures): SentFigures {
  return {
    transactions: a.transactions - b.transactions,
    pdus: a.pdus - b.pdus,
    edus: a.edus - b.edus,
    failures: failureKinds.map((_, i) => (a.failures[i] ?? 0) - (b.failures[i] ?? 0)),
  };
}

function sum(waiting: readonly WaitingFigures[]): Omit<WaitingFigures, "server"> {
  return waiting.reduce<Omit<WaitingFigures, "server">>(
    (all, { events, edus, isBehind, attempts, retryTs }) => ({
      events: all.events + events,
      edus: all.edus + edus,
      isBehind: all.isBehind || isBehind,
      attempts: Math.max(all.attempts, attempts),
      retryTs: Math.max(all.retryTs, retryTs),
    }),
    nothingWaits,
  );
}

/** What kind of failure an error is. */
function kindOf(error: unknown): FailureKind {
  const answer = answeredError(error);
  if (answer) return answer.status === 429 ? "rate_limited" : answer.status >= 500 ? "server_error" : "refused";
  if (isFederationError(error, "SERVER_NOT_FOUND")) return "not_found";
  if (isFederationError(error, "CERTIFICATE_NOT_VALID")) return "certificate";
  if (isFederationError(error, "TIMED_OUT")) return "timeout";
  return isFederationError(error, "CONNECTION_FAILED") || isFederationError(error, "CONNECTION_LOST") ? "connection" : "other";
}
