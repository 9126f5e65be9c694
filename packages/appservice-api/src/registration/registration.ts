import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** A set of user IDs, room IDs or room aliases that an application service is interested in. */
export interface Namespace {
  /** Regular expression that the identifiers match. */
  regex: string;
  /** Whether nobody else may create identifiers of the namespace. */
  exclusive: boolean;
}

/** What an application service is interested in. */
export interface Namespaces {
  /** User IDs; the user of `sender_localpart` is always among them. */
  users?: Namespace[] | undefined;
  /** Room IDs. */
  rooms?: Namespace[] | undefined;
  /** Room aliases. */
  aliases?: Namespace[] | undefined;
}

/**
 * What a homeserver knows of an application service, from a file that its administrator installs.
 *
 * @see {@link https://spec.matrix.org/v1.19/application-service-api/#registration}
 */
export interface Registration {
  /** Unique among the application services of the homeserver, and constant. */
  id: string;
  /** Where the application service is; `null` if it wants no traffic. */
  url: string | null;
  /** Secret with which the application service authenticates itself to the homeserver. */
  as_token: string;
  /** Secret with which the homeserver authenticates itself to the application service. */
  hs_token: string;
  /** Localpart of the application service's own user. */
  sender_localpart: string;
  namespaces: Namespaces;
  /** Whether it gets ephemeral data. Default: `false`. */
  receive_ephemeral?: boolean | undefined;
  /** Whether rate limits hold for its users, apart from that of `sender_localpart`. */
  rate_limited?: boolean | undefined;
  /** Third-party protocols that it bridges to. */
  protocols?: string[] | undefined;
}

/** Checks a {@link Registration}, as parsed from YAML; {@link matchNamespace} checks the patterns. */
export const Registration: Model<Registration> = /* @__PURE__ */ model(() => {
  const namespaces = z.optional(z.array(obj<Namespace>({ regex: z.string(), exclusive: z.boolean() })));
  return obj<Registration>({
    id: z.string(),
    url: z.nullable(z.string()),
    as_token: z.string(),
    hs_token: z.string(),
    sender_localpart: z.string(),
    namespaces: obj<Namespaces>({ users: namespaces, rooms: namespaces, aliases: namespaces }),
    receive_ephemeral: z.optional(z.boolean()),
    rate_limited: z.optional(z.boolean()),
    protocols: z.optional(z.array(z.string())),
  });
});
