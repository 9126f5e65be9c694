import type { Clock } from "@patrix/concurrency";
import type { VerifyKey } from "@patrix/signatures";
import { checkServerKeys, type CheckedServerKeys, type Notary } from "./check-server-keys.ts";
import type { KeySource } from "./key-source.ts";

/** A server that is trusted to pass on the keys of others. */
export interface NotaryServer {
  readonly server: string;
  /** Its keys; fetched from it where they are left out. */
  readonly keys?: readonly VerifyKey[] | undefined;
}

type Answer = (keys: CheckedServerKeys | undefined) => void;

/** Most servers asked for in one query. */
const MAX_SERVERS_OF_QUERY = 50;
/** Most items of a response that are looked at. */
const MAX_ANSWERS = 4 * MAX_SERVERS_OF_QUERY;
const KEYS_LIFETIME_MS = 60 * 60 * 1000;

/**
 * Asks one notary for the keys of many servers: what is asked at the same time, or while an answer is awaited, goes into one query.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#post_matrixkeyv2query}
 */
export class NotaryQueries {
  readonly #notary: NotaryServer;
  readonly #source: KeySource;
  readonly #clock: Clock;
  readonly #questions = new Map<string, Answer[]>();
  #isAsking = false;
  #fetched: { readonly keys: readonly VerifyKey[]; readonly untilTs: number } | undefined;

  constructor(notary: NotaryServer, source: KeySource, clock: Clock) {
    this.#notary = notary;
    this.#source = source;
    this.#clock = clock;
  }

  /** The keys of a server, if the notary has them and both have signed. It never rejects. */
  ask(server: string): Promise<CheckedServerKeys | undefined> {
    if (server === this.#notary.server) return Promise.resolve(undefined);
    return new Promise((answer) => {
      const present = this.#questions.get(server);
      if (present) present.push(answer);
      else this.#questions.set(server, [answer]);
      if (!this.#isAsking) void this.#answerAll();
    });
  }

  async #answerAll(): Promise<void> {
    this.#isAsking = true;
    // Lets those who ask in the same turn join the first query.
    await Promise.resolve();
    while (this.#questions.size > 0) {
      const batch = [...this.#questions].slice(0, MAX_SERVERS_OF_QUERY);
      for (const [server] of batch) this.#questions.delete(server);
      const answers = await this.#query(batch);
      for (const [server, waiting] of batch) for (const answer of waiting) answer(answers.get(server));
    }
    // In the same turn as the last check above, so that no question is left behind.
    this.#isAsking = false;
  }

  async #query(batch: readonly (readonly [string, readonly Answer[]])[]): Promise<Map<string, CheckedServerKeys>> {
    const answers = new Map<string, CheckedServerKeys>();
    try {
      const keys = await this.#notaryKeys();
      // Without key IDs the notary gives all keys, so a later question about another key of the server is answered too.
      const criteria = Object.fromEntries(batch.map(([server]) => [server, {}]));
      const responses = await this.#source.queryNotary(this.#notary.server, { server_keys: criteria });
      for (const response of responses.slice(0, MAX_ANSWERS)) {
        const checked = tryCheck(response, this.#clock.now(), { server: this.#notary.server, keys });
        if (checked === undefined || !Object.hasOwn(criteria, checked.server)) continue;
        const other = answers.get(checked.server);
        // A notary may give several responses of a server, each with some of its keys.
        answers.set(checked.server, other ? { ...checked, keys: { ...other.keys, ...checked.keys } } : checked);
      }
    } catch {
      // Without the notary there are no answers.
    }
    return answers;
  }

  async #notaryKeys(): Promise<readonly VerifyKey[]> {
    const { server, keys } = this.#notary;
    if (keys) return keys;
    const nowTs = this.#clock.now();
    if (this.#fetched && this.#fetched.untilTs > nowTs) return this.#fetched.keys;
    const checked = checkServerKeys(await this.#source.fetchServerKeys(server), server, nowTs);
    this.#fetched = { keys: checked.current, untilTs: nowTs + KEYS_LIFETIME_MS };
    return checked.current;
  }
}

function tryCheck(response: unknown, nowTs: number, notary: Notary): CheckedServerKeys | undefined {
  try {
    return checkServerKeys(response, undefined, nowTs, notary);
  } catch {
    return undefined;
  }
}
