import { pauseFor } from "../pause-for.ts";
import { queryRoomByAlias, queryUserById } from "@patrix/appservice-api";
import { LruCache, Semaphore, SingleFlight, type TimerClock } from "@patrix/concurrency";
import type { RoomAlias, UserId } from "@patrix/identifiers";
import type { Appservice, Appservices } from "./appservices.ts";
import { AppserviceError } from "./errors.ts";
import { askService, isReachable } from "./appservice-connection.ts";

/** How long all tries may take, in milliseconds. */
const TIMEOUT_MS = 10_000;
/** How often a service is asked that does not answer, and the time between, in milliseconds. */
const TRIES = 3;
const PAUSE_MS = 500;
/** How long it is believed that there is nothing by a name, in milliseconds. */
const ABSENT_MS = 5_000;
const REMEMBERED = 10_000;
/** How many questions are under way at once, and how many wait. */
const AT_ONCE = 20;
const WAITING = 200;

/** Asks one service about one name. @throws {AppserviceError} If it knows of nothing by it. */
type Ask = (service: Appservice & { readonly url: string }, signal: AbortSignal) => Promise<unknown>;

/**
 * Asks application services about users and rooms of their namespaces that are looked up and are not there: a service that knows of one
 * makes it before it answers.
 *
 * @see {@link https://spec.matrix.org/v1.19/application-service-api/#querying}
 */
export class EntityQueries {
  readonly #appservices: Appservices;
  readonly #clock: TimerClock;
  readonly #flights = new SingleFlight<string, boolean>();
  readonly #absent = new LruCache<string, number>(REMEMBERED);
  readonly #places = new Semaphore(AT_ONCE, { maxWaiting: WAITING });

  constructor(appservices: Appservices, clock: TimerClock) {
    this.#appservices = appservices;
    this.#clock = clock;
  }

  /**
   * Asks about a user who has no account.
   *
   * @param asker - An application service that asks itself: it is not asked back.
   * @returns Whether there may be one now.
   * @throws {AppserviceError} `NO_ANSWER`.
   */
  user(userId: string, asker: Appservice | undefined): Promise<boolean> {
    const services = this.#appservices.all.filter((service) => this.#appservices.matchUser(service, userId) !== undefined);
    return this.#ask(userId, this.#askable(services, asker), (service, signal) =>
      askService(service, queryUserById, { path: { userId: userId as UserId } }, signal),
    );
  }

  /** As {@link EntityQueries.user}, about an alias that leads to no room. @throws {AppserviceError} `NO_ANSWER`. */
  alias(alias: string, asker: Appservice | undefined): Promise<boolean> {
    const services = this.#appservices.all.filter((service) => this.#appservices.matchAlias(service, alias) !== undefined);
    return this.#ask(alias, this.#askable(services, asker), (service, signal) =>
      askService(service, queryRoomByAlias, { path: { roomAlias: alias as RoomAlias } }, signal),
    );
  }

  #askable(services: readonly Appservice[], asker: Appservice | undefined): (Appservice & { readonly url: string })[] {
    return services.filter((service) => service !== asker).filter(isReachable);
  }

  async #ask(name: string, services: readonly (Appservice & { readonly url: string })[], ask: Ask): Promise<boolean> {
    if (services.length === 0 || (this.#absent.get(name) ?? 0) > this.#clock.now() || this.#places.isFull) return false;
    return this.#flights.run(name, () =>
      this.#places.run(async () => {
        for (const service of services) if (await isKnownTo(service, ask, this.#clock)) return true;
        this.#absent.set(name, this.#clock.now() + ABSENT_MS);
        return false;
      }),
    );
  }
}

async function isKnownTo(service: Appservice & { readonly url: string }, ask: Ask, clock: TimerClock): Promise<boolean> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  for (let tries = 1; tries <= TRIES && !timeout.aborted; tries++) {
    try {
      await ask(service, timeout);
      return true;
    } catch (error) {
      // What it does answer counts, but for what it says of itself that it could not.
      if (error instanceof AppserviceError && (error.answer?.status ?? 500) < 500) return false;
      if (tries < TRIES) await pauseFor(clock, PAUSE_MS, timeout);
    }
  }
  throw new AppserviceError("NO_ANSWER", `the application service ${service.registration.id} did not answer`);
}
