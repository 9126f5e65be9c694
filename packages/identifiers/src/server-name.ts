import { IdentifierError, requireText } from "./errors.ts";
import { identifierSchema, type Schema } from "./schema.ts";

/** A server name: host and optional port, such as `example.org:8448`. Compared with regard to case. */
export type ServerName = string;

/** Tolerant schema of a {@link ServerName}: not empty, at most 255 bytes. */
export const ServerName: Schema<ServerName> = /* @__PURE__ */ identifierSchema<ServerName>(/./s, "a server name, such as example.org");

/** The parts of a server name. */
export interface ServerNameParts {
  /** Host without port; an IPv6 address without its brackets. */
  readonly host: string;
  /** Port from 0 to 65,535, or `undefined` when the name has none. */
  readonly port: number | undefined;
  /** Whether the host is an address, and of which family, or a DNS name. */
  readonly kind: "ipv4" | "ipv6" | "dns";
}

const grammar = /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([0-9A-Za-z.-]{1,255}))(?::([0-9]{1,5}))?$/;
const ipv4 = /^[0-9]{1,3}(?:\.[0-9]{1,3}){3}$/;
const HIGHEST_PORT = 65_535;

function readServerName(text: string): ServerNameParts | undefined {
  const match = grammar.exec(text);
  if (match === null) return undefined;
  const [, ipv6, name, digits] = match;
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && port > HIGHEST_PORT) return undefined;
  if (ipv6 !== undefined) return { host: ipv6, port, kind: "ipv6" };
  const host = name ?? "";
  return { host, port, kind: ipv4.test(host) ? "ipv4" : "dns" };
}

/**
 * Splits a server name into host and port. Digits of addresses are not range-checked, as in the grammar; ports over 65,535 are refused.
 *
 * @throws {@link IdentifierError} `INVALID_SERVER_NAME`.
 * @see {@link https://spec.matrix.org/v1.19/appendices/#server-name}
 */
export function parseServerName(text: string): ServerNameParts {
  requireText(text, "server name");
  const parts = readServerName(text);
  if (parts === undefined) throw new IdentifierError("INVALID_SERVER_NAME", "server name");
  return parts;
}

/** Whether a text follows the grammar of server names. */
export function isServerName(value: unknown): value is ServerName {
  // Asked of each user ID that is looked at, so without the parts.
  return typeof value === "string" && grammar.test(value) && !hasPortTooHigh(value);
}

/** Of a text that follows the grammar. */
function hasPortTooHigh(name: string): boolean {
  const colon = name.lastIndexOf(":");
  return colon >= 0 && !name.endsWith("]") && Number(name.slice(colon + 1)) > HIGHEST_PORT;
}
