import { MatrixError } from "@patrix/api";
import { matchUser, type Registration } from "@patrix/appservice-api";
import type { RequestSender } from "@patrix/client";
import { LruCache, SingleFlight } from "@patrix/concurrency";
import { parseUserId, type UserId } from "@patrix/identifiers";
import { AppserviceError } from "../errors.ts";
import { type AppserviceStore, change } from "../store/appservice-store.ts";
import { APPSERVICE_LOGIN, registerGhost } from "./ghost-endpoints.ts";

/** What {@link Ghosts} are made of. */
export interface GhostsParts {
  readonly registration: Registration;
  readonly serverName: string;
  readonly store: AppserviceStore;
  /** Asks as the service itself. */
  readonly http: RequestSender;
}

/** How many ghosts are known without asking the store. */
const REMEMBERED_GHOSTS = 50_000;

/** The users whom the service may act as, and which of them have an account. */
export class Ghosts {
  readonly #parts: GhostsParts;
  readonly #registered = new LruCache<UserId, true>(REMEMBERED_GHOSTS);
  readonly #flights = new SingleFlight<UserId, void>();

  constructor(parts: GhostsParts) {
    this.#parts = parts;
  }

  /** Whether a user is the service's alone: its bot, or a ghost. People whom it may act as are not. */
  isOwn(userId: UserId): boolean {
    const { registration, serverName } = this.#parts;
    return matchUser(registration, userId, serverName) === "exclusive" && userId.endsWith(`:${serverName}`);
  }

  /** Refuses a user whom the homeserver would refuse. @throws {AppserviceError} `NOT_IN_NAMESPACE`. */
  check(userId: UserId): void {
    const { registration, serverName } = this.#parts;
    const match = matchUser(registration, userId, serverName);
    if (match === undefined || !userId.endsWith(`:${serverName}`))
      throw new AppserviceError("NOT_IN_NAMESPACE", `${userId} is in no namespace of users of ${registration.id} on ${serverName}`);
  }

  /** Makes sure that a ghost has an account: asked for once, whoever needs it at the same time, and never again. */
  async ensureRegistered(userId: UserId): Promise<void> {
    // People have made their accounts themselves.
    if (!this.isOwn(userId) || this.#registered.get(userId)) return;
    await this.#flights.run(userId, () => this.#register(userId));
  }

  async #register(userId: UserId): Promise<void> {
    const { store, http } = this.#parts;
    if ((await store.get("patrix.ghosts", userId)) !== true) {
      try {
        const body = { type: APPSERVICE_LOGIN, username: parseUserId(userId).localpart, inhibit_login: true } as const;
        await http.send(registerGhost, { body }, { idempotent: true });
      } catch (error) {
        // Registered already: by the homeserver itself, or before the store was lost.
        if (!MatrixError.is(error, "M_USER_IN_USE")) throw error;
      }
      await store.write([change("patrix.ghosts", userId, true)]);
    }
    this.#registered.set(userId, true);
  }
}
