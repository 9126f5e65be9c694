import { LruCache } from "@patrix/concurrency";
import { limits } from "../limits.ts";

interface LastAnswer {
  readonly token: string;
  readonly at: number;
}

/**
 * What clients were told last, and when, by the wake-ups. To one that comes back with the token of that, there is nothing to tell until something
 * touches its user.
 */
export class LastAnswers<Client> {
  readonly #answers = new LruCache<Client, LastAnswer>(limits.recentSyncs.value);

  /** Notes that a client is told, by a token, all there is at a time. */
  note(client: Client, token: string, at: number): void {
    this.#answers.set(client, { token, at });
  }

  /** When a client was told all there was; `undefined` unless it comes back with the token of that. */
  timeOf(client: Client, token: string | undefined): number | undefined {
    const last = this.#answers.get(client);
    return last?.token === token ? last?.at : undefined;
  }

  /** Forgets what a client was told: more is waiting for it. */
  forget(client: Client): void {
    this.#answers.delete(client);
  }
}
