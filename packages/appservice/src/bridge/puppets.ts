import { KeyedQueue } from "@patrix/concurrency";
import { isUserId, type UserId } from "@patrix/identifiers";
import type { Appservice } from "../appservice.ts";
import { AppserviceError } from "../errors.ts";
import type { Intent } from "../intents/intent.ts";
import { type AppserviceChange, change } from "../store/appservice-store.ts";

/** How ghosts are named. */
export interface PuppetOptions {
  /**
   * The localpart of somebody's ghost, in the namespace of the registration: `toUserLocalpart` of the package identifiers makes one of any
   * name. Where it is taken by another, a number is added.
   */
  readonly ghostLocalpart: (remoteId: string) => string;
}

/** How many names are tried for a ghost. */
const MAX_NAMES = 100;

/** People of the other network, and the users who speak for them here: ghosts, or the same people's own users; kept in the store. */
export class Puppets {
  readonly #service: Appservice;
  readonly #options: PuppetOptions;
  readonly #turns = new KeyedQueue<"puppets">();

  constructor(service: Appservice, options: PuppetOptions) {
    this.#service = service;
    this.#options = options;
  }

  /** The user who speaks for somebody, if there is one yet. */
  async userOf(remoteId: string): Promise<UserId | undefined> {
    const userId = await this.#service.store.get("patrix.puppets", `remote:${remoteId}`);
    return typeof userId === "string" && isUserId(userId) ? userId : undefined;
  }

  /** For whom a user speaks. */
  async remoteOf(userId: UserId): Promise<string | undefined> {
    const remoteId = await this.#service.store.get("patrix.puppets", `user:${userId}`);
    return typeof remoteId === "string" ? remoteId : undefined;
  }

  /** What is done here for somebody of the other network; a ghost is chosen where nobody speaks for that person yet. */
  async intent(remoteId: string): Promise<Intent> {
    const userId = (await this.userOf(remoteId)) ?? (await this.#turns.run("puppets", () => this.#choose(remoteId)));
    return this.#service.intent(userId);
  }

  /** Lets a user speak for somebody, as a person of this server for that person's own account in the other network. */
  async link(remoteId: string, userId: UserId): Promise<void> {
    await this.#turns.run("puppets", () => this.#store(remoteId, userId));
  }

  /** Nobody speaks for somebody any more; the user stays. */
  async unlink(remoteId: string): Promise<void> {
    await this.#turns.run("puppets", async () => this.#service.store.write(await this.#removal(remoteId)));
  }

  /**
   * Somebody has another name in the other network, and keeps the user here. Whoever had the name before has another ghost from now on.
   *
   * @returns What is done here for that person.
   */
  async rename(from: string, to: string): Promise<Intent> {
    const userId = await this.#turns.run("puppets", async () => {
      const present = (await this.userOf(from)) ?? (await this.#choose(to));
      await this.#store(to, present, from);
      return present;
    });
    return this.#service.intent(userId);
  }

  async #choose(remoteId: string): Promise<UserId> {
    const known = await this.userOf(remoteId);
    if (known) return known;
    const localpart = this.#options.ghostLocalpart(remoteId);
    for (let n = 1; n <= MAX_NAMES; n += 1) {
      const userId = this.#service.userId(n === 1 ? localpart : `${localpart}-${n}`);
      if ((await this.remoteOf(userId)) !== undefined) continue;
      if (!this.#service.isOwn(userId))
        throw new AppserviceError("NOT_IN_NAMESPACE", `ghostLocalpart: ${userId} is no ghost of the registration`);
      await this.#store(remoteId, userId);
      return userId;
    }
    throw new AppserviceError("INVALID_OPTIONS", `ghostLocalpart: ${MAX_NAMES} people have ${localpart}`);
  }

  async #store(remoteId: string, userId: UserId, but = remoteId): Promise<void> {
    const other = await this.remoteOf(userId);
    await this.#service.store.write([
      ...(other === undefined ? [] : await this.#removal(other)),
      ...(await this.#removal(but)),
      ...(await this.#removal(remoteId)),
      change("patrix.puppets", `remote:${remoteId}`, userId),
      change("patrix.puppets", `user:${userId}`, remoteId),
    ]);
  }

  async #removal(remoteId: string): Promise<AppserviceChange[]> {
    const userId = await this.userOf(remoteId);
    if (!userId) return [];
    return [`remote:${remoteId}`, `user:${userId}`].map((key) => change("patrix.puppets", key, undefined));
  }
}
