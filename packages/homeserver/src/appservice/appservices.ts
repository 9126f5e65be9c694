import { matchNamespace, matchUser, type NamespaceMatch, type Registration } from "@patrix/appservice-api";
import type { RegistrationExtensions } from "@patrix/appservice-api/unstable";
import { LruCache } from "@patrix/concurrency";
import { keyOfToken } from "../key-of-token.ts";

/** A registration file, as deployed application services write it. */
export type AppserviceRegistration = Registration & RegistrationExtensions;

/** An application service that this server knows. */
export interface Appservice {
  /** Its number, which stays the same as long as its ID does. */
  readonly nid: number;
  readonly registration: AppserviceRegistration;
  /** Its own user. */
  readonly userId: `@${string}:${string}`;
  /** Where it is; `undefined` if it wants no traffic. */
  readonly url: string | undefined;
  /** Whether it is told who types, who is there, and what was read. */
  readonly wantsEphemeral: boolean;
  /** Whether it is told what end-to-end encryption needs. */
  readonly wantsDevices: boolean;
}

/** The most identifiers whose owners are remembered. */
const REMEMBERED = 50_000;

/**
 * The application services of this server, and which names are theirs. Namespaces of users are about users of this server only.
 *
 * @see {@link https://spec.matrix.org/v1.19/application-service-api/#registration}
 */
export class Appservices {
  readonly all: readonly Appservice[];
  readonly #serverName: string;
  readonly #byToken: ReadonlyMap<string, Appservice>;
  readonly #byId: ReadonlyMap<string, Appservice>;
  /** What patterns say of users, by service: they are asked with every event. */
  readonly #users = new LruCache<string, NamespaceMatch | "none">(REMEMBERED);

  /** @param registrations - Each with its number. */
  constructor(serverName: string, registrations: readonly (readonly [nid: number, registration: AppserviceRegistration])[]) {
    this.#serverName = serverName;
    this.all = registrations.map(([nid, registration]) => toAppservice(serverName, nid, registration));
    this.#byToken = new Map(this.all.map((service) => [keyOfToken(service.registration.as_token), service]));
    this.#byId = new Map(this.all.map((service) => [service.registration.id, service]));
  }

  /** The application service of an `as_token`. */
  byToken(token: string): Appservice | undefined {
    // Hashes are compared, so that how long it takes says nothing about tokens.
    return this.all.length === 0 ? undefined : this.#byToken.get(keyOfToken(token));
  }

  /** The application service of an ID. */
  byId(id: string): Appservice | undefined {
    return this.#byId.get(id);
  }

  /** What a user of this server is to an application service. */
  matchUser(service: Appservice, userId: string): NamespaceMatch {
    if (!userId.endsWith(`:${this.#serverName}`)) return undefined;
    const key = `${service.nid} ${userId}`;
    const known = this.#users.get(key);
    if (known) return known === "none" ? undefined : known;
    const found = matchUser(service.registration, userId, this.#serverName);
    this.#users.set(key, found ?? "none");
    return found;
  }

  /** What an alias is to an application service. */
  matchAlias({ registration }: Appservice, alias: string): NamespaceMatch {
    return matchNamespace(registration.namespaces.aliases, alias);
  }

  /** What a room is to an application service, by its ID alone. */
  matchRoom({ registration }: Appservice, roomId: string): NamespaceMatch {
    return matchNamespace(registration.namespaces.rooms, roomId);
  }

  /** The application service that alone may make a user. */
  ownerOfUser(userId: string): Appservice | undefined {
    return this.all.find((service) => this.matchUser(service, userId) === "exclusive");
  }

  /** The application service that alone may make an alias. */
  ownerOfAlias(alias: string): Appservice | undefined {
    return this.all.find((service) => this.matchAlias(service, alias) === "exclusive");
  }

  /** Whether rates are not limited for a user, whoever holds the token: the user of an application service, or one that it alone may make. */
  isUnlimited(userId: string): boolean {
    return this.all.some(
      (service) =>
        service.userId === userId || (service.registration.rate_limited === false && this.matchUser(service, userId) === "exclusive"),
    );
  }
}

function toAppservice(serverName: string, nid: number, registration: AppserviceRegistration): Appservice {
  return {
    nid,
    registration,
    userId: `@${registration.sender_localpart}:${serverName}`,
    url: registration.url ?? undefined,
    wantsEphemeral: registration.receive_ephemeral ?? registration["de.sorunome.msc2409.push_ephemeral"] ?? false,
    wantsDevices: registration["org.matrix.msc3202"] ?? false,
  };
}
