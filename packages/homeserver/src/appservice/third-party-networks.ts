import {
  getProtocolMetadata,
  queryLocationByAlias,
  queryLocationByProtocol,
  queryThirdPartyUserById,
  queryUserByProtocol,
} from "@patrix/appservice-api";
import type { ThirdPartyFieldsQuery, ThirdPartyLocation, ThirdPartyProtocol, ThirdPartyUser } from "@patrix/client-api";
import { type Clock, LruCache, Semaphore } from "@patrix/concurrency";
import type { RoomAlias, UserId } from "@patrix/identifiers";
import { limits } from "../limits.ts";
import type { Appservice, Appservices } from "./appservices.ts";
import { askService, isReachable } from "./appservice-connection.ts";

/** How long a service may take, in milliseconds. */
const TIMEOUT_MS = 10_000;
/** How long it is believed what a service says of a protocol, and that it says nothing, in milliseconds. */
const KNOWN_MS = 60_000;
const UNKNOWN_MS = 5_000;
/** The most questions to services at once. */
const AT_ONCE = 20;

type ReachableService = Appservice & { readonly url: string };

interface KnownProtocol {
  readonly answer: Promise<ThirdPartyProtocol | undefined>;
  untilMs: number;
}

/**
 * The networks that application services bridge to. Services that do not answer are passed over.
 *
 * @see {@link https://spec.matrix.org/v1.19/application-service-api/#third-party-networks}
 */
export class ThirdPartyNetworks {
  readonly #appservices: Appservices;
  readonly #clock: Clock;
  readonly #protocols = new LruCache<string, KnownProtocol>(1_000);
  readonly #places = new Semaphore(AT_ONCE, { maxWaiting: limits.waitingReads.value });

  constructor(appservices: Appservices, clock: Clock) {
    this.#appservices = appservices;
    this.#clock = clock;
  }

  /** The protocols that services bridge to, by name, each with the networks of all services. */
  async protocols(): Promise<Record<string, ThirdPartyProtocol>> {
    const names = [...new Set(this.#appservices.all.flatMap(({ registration }) => registration.protocols ?? []))];
    const protocols = await Promise.all(names.map(async (name) => [name, await this.protocol(name)] as const));
    return Object.fromEntries(protocols.flatMap(([name, protocol]) => (protocol ? [[name, protocol] as const] : [])));
  }

  /** A protocol, with the networks of all services; `undefined` if none knows it. */
  async protocol(name: string): Promise<ThirdPartyProtocol | undefined> {
    const services = this.#of(name);
    const answers = await Promise.all(services.map((service) => this.#describe(service, name)));
    const known = answers.filter((answer) => answer !== undefined);
    const [first] = known;
    return first && { ...first, instances: known.flatMap(({ instances }) => instances) };
  }

  /** Whether a service bridges to a protocol. */
  has(protocol: string): boolean {
    return this.#of(protocol).length > 0;
  }

  /** What is at a place of a protocol. */
  locations(protocol: string, query: ThirdPartyFieldsQuery): Promise<ThirdPartyLocation[]> {
    return this.#collect(this.#of(protocol), (service, signal) =>
      askService(service, queryLocationByProtocol, { path: { protocol }, query }, signal),
    );
  }

  /** Who is somebody of a protocol. */
  users(protocol: string, query: ThirdPartyFieldsQuery): Promise<ThirdPartyUser[]> {
    return this.#collect(this.#of(protocol), (service, signal) =>
      askService(service, queryUserByProtocol, { path: { protocol }, query }, signal),
    );
  }

  /** Which places an alias stands for. */
  locationsOfAlias(alias: RoomAlias): Promise<ThirdPartyLocation[]> {
    const services = this.#appservices.all.filter((service) => this.#appservices.matchAlias(service, alias) !== undefined);
    return this.#collect(bridges(services), (service, signal) => askService(service, queryLocationByAlias, { query: { alias } }, signal));
  }

  /** Who of other networks a user stands for. */
  usersOfId(userid: UserId): Promise<ThirdPartyUser[]> {
    const services = this.#appservices.all.filter((service) => this.#appservices.matchUser(service, userid) !== undefined);
    return this.#collect(bridges(services), (service, signal) =>
      askService(service, queryThirdPartyUserById, { query: { userid } }, signal),
    );
  }

  #of(protocol: string): ReachableService[] {
    return bridges(this.#appservices.all).filter(({ registration }) => registration.protocols?.includes(protocol));
  }

  async #collect<T>(
    services: readonly ReachableService[],
    ask: (service: ReachableService, signal: AbortSignal) => Promise<T[]>,
  ): Promise<T[]> {
    const asked = services.map((service) => this.#places.run(() => ask(service, AbortSignal.timeout(TIMEOUT_MS))).catch((): T[] => []));
    return (await Promise.all(asked)).flat();
  }

  /** What a service says of a protocol; its networks get names that are unique on this server. */
  async #describe(service: ReachableService, protocol: string): Promise<ThirdPartyProtocol | undefined> {
    const key = `${service.nid} ${protocol}`;
    const known = this.#protocols.get(key);
    if (known && known.untilMs > this.#clock.now()) return known.answer;
    const asked = this.#places.run(() => askService(service, getProtocolMetadata, { path: { protocol } }, AbortSignal.timeout(TIMEOUT_MS)));
    const answer = asked.then(
      (described) => ({
        ...described,
        instances: described.instances.map((instance) => ({ ...instance, instance_id: instanceId(service, instance.network_id) })),
      }),
      () => undefined,
    );
    const entry: KnownProtocol = { answer, untilMs: this.#clock.now() + KNOWN_MS };
    this.#protocols.set(key, entry);
    if ((await answer) === undefined) entry.untilMs = this.#clock.now() + UNKNOWN_MS;
    return answer;
  }
}

/** The ID of a service's network on this server. */
export function instanceId({ registration: { id } }: Appservice, networkId: string): string {
  return `${id}|${networkId}`;
}

/** The services that bridge to something and have an address. */
function bridges(services: readonly Appservice[]): ReachableService[] {
  return services.filter(({ registration }) => (registration.protocols?.length ?? 0) > 0).filter(isReachable);
}
