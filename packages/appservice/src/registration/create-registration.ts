import { randomBytes } from "node:crypto";
import { checkRegistration, type Namespace, type Registration } from "@patrix/appservice-api";
import type { RegistrationExtensions } from "@patrix/appservice-api/unstable";
import { AppserviceError } from "../errors.ts";

/** A registration with what open proposals add to it. */
export type FullRegistration = Registration & RegistrationExtensions;

/** What a registration is made of. */
export interface NewRegistration {
  /** Unique among the application services of the homeserver; never changed again. */
  id: string;
  /** Where the homeserver reaches the service, as `http://127.0.0.1:9000`; `null` if it only acts as users. */
  url: string | null;
  /** Localpart of the service's own user, its bot. Default: the ID. */
  senderLocalpart?: string | undefined;
  /** The server whose users and aliases are meant. Default: the homeserver that the file is installed on, whichever it is. */
  serverName?: string | undefined;
  /** What the localparts of ghosts begin with, as `_irc_`: nobody else may have such names. */
  ghostPrefix?: string | undefined;
  /** What the localparts of aliases begin with that lead to rooms of the service. */
  aliasPrefix?: string | undefined;
  /** Whether it may act as people of the homeserver too, who stay their own: what is called double puppeting. Needs `serverName`. */
  doublePuppets?: boolean | undefined;
  /** Further namespaces, as the file has them. */
  namespaces?: Registration["namespaces"] | undefined;
  /** Third-party protocols that it bridges to. */
  protocols?: readonly string[] | undefined;
  /** Whether the limits of rates hold for its users. Default: `false`. */
  rateLimited?: boolean | undefined;
  /** Whether it is told of typing, receipts and presence. Default: `false`. */
  receiveEphemeral?: boolean | undefined;
  /**
   * Whether it is told of what end-to-end encryption needs: messages to devices, changed devices, counts of keys; with it comes what is
   * ephemeral. Default: `false`.
   */
  encryption?: boolean | undefined;
}

/** Bytes of randomness in a token. */
const TOKEN_BYTES = 32;

/**
 * Makes a registration with new tokens.
 *
 * @throws {AppserviceError} `INVALID_OPTIONS`, naming what is wrong with which member of the file.
 * @example
 * const registration = createRegistration({ id: "irc", url: "http://127.0.0.1:9000", ghostPrefix: "_irc_" });
 * @see {@link https://spec.matrix.org/v1.19/application-service-api/#registration}
 */
export function createRegistration(options: NewRegistration): FullRegistration {
  const { id, url, senderLocalpart = id, protocols, rateLimited = false, receiveEphemeral = false, encryption = false } = options;
  const checked = checkRegistration(
    {
      id,
      url,
      as_token: createToken(),
      hs_token: createToken(),
      sender_localpart: senderLocalpart,
      rate_limited: rateLimited,
      ...(protocols && { protocols: [...protocols] }),
      // Some homeservers send messages to devices only to services that want what is ephemeral.
      ...((receiveEphemeral || encryption) && { receive_ephemeral: true, "de.sorunome.msc2409.push_ephemeral": true }),
      ...(encryption && { "org.matrix.msc3202": true, "io.element.msc4190": true }),
      namespaces: namespacesOf(options),
    },
    options.serverName,
  );
  if (!checked.ok) throw new AppserviceError("INVALID_OPTIONS", checked.problems.join("; "));
  return checked.registration;
}

function namespacesOf({
  serverName,
  ghostPrefix,
  aliasPrefix,
  doublePuppets = false,
  namespaces,
}: NewRegistration): Registration["namespaces"] {
  if (doublePuppets && serverName === undefined)
    throw new AppserviceError("INVALID_OPTIONS", "doublePuppets: serverName is needed to tell whose people are meant");
  const users = [
    ...(ghostPrefix === undefined ? [] : [prefixed("@", "ghostPrefix", ghostPrefix, serverName)]),
    ...(doublePuppets ? [{ regex: `@.*:${escape(serverName ?? "")}`, exclusive: false }] : []),
    ...(namespaces?.users ?? []),
  ];
  const aliases = [
    ...(aliasPrefix === undefined ? [] : [prefixed("#", "aliasPrefix", aliasPrefix, serverName)]),
    ...(namespaces?.aliases ?? []),
  ];
  return { users, aliases, rooms: namespaces?.rooms ?? [] };
}

function prefixed(sigil: string, option: string, prefix: string, serverName: string | undefined): Namespace {
  if (prefix === "") throw new AppserviceError("INVALID_OPTIONS", `${option}: an empty prefix would take every name of the homeserver`);
  return { regex: `${sigil}${escape(prefix)}.*${serverName === undefined ? "" : `:${escape(serverName)}`}`, exclusive: true };
}

/** Escapes what a regular expression of any engine takes for more than itself. */
function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}

function createToken(): string {
  return randomBytes(TOKEN_BYTES).toString("base64url");
}
