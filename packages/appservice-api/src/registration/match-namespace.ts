import { NamespaceError } from "../errors.ts";
import type { Namespace, Registration } from "./registration.ts";

/** Longest identifier that is matched, in characters; no valid one is longer. */
export const MAX_IDENTIFIER_LENGTH = 255;

/** Whether an identifier belongs to an application service alone, to it among others, or not at all. */
export type NamespaceMatch = "exclusive" | "shared" | undefined;

const compiled = new WeakMap<Namespace, RegExp>();

/**
 * Matches an identifier against namespaces of one kind; exclusive ones win.
 *
 * A pattern must match from the start of the identifier, and need not reach its end, as Synapse has it. Patterns come
 * from the server's administrator, who is trusted not to write ones that take exponential time.
 *
 * @throws {NamespaceError} `INVALID_NAMESPACE`, if a pattern is not a regular expression.
 */
export function matchNamespace(namespaces: readonly Namespace[] | undefined, identifier: string): NamespaceMatch {
  if (identifier.length > MAX_IDENTIFIER_LENGTH) return undefined;
  const matching = (namespaces ?? []).filter((namespace) => patternOf(namespace).test(identifier));
  if (matching.length === 0) return undefined;
  return matching.some(({ exclusive }) => exclusive) ? "exclusive" : "shared";
}

/** Tells whether an identifier is in a namespace. @throws {NamespaceError} `INVALID_NAMESPACE`, for a bad pattern. */
export function matchesNamespace(namespace: Namespace, identifier: string): boolean {
  return matchNamespace([namespace], identifier) !== undefined;
}

/** Matches a user of the homeserver; the application service's own user is always its own. @throws {NamespaceError} */
export function matchUser({ sender_localpart, namespaces }: Registration, userId: string, serverName: string): NamespaceMatch {
  return userId === `@${sender_localpart}:${serverName}` ? "exclusive" : matchNamespace(namespaces.users, userId);
}

function patternOf(namespace: Namespace): RegExp {
  const known = compiled.get(namespace);
  if (known) return known;
  // Patterns are written for other engines: for Python's and Go's, which say so in front that capitals do not matter.
  const [, ignoresCase, source = ""] = /^(\(\?i\))?(.*)$/s.exec(namespace.regex) ?? [];
  const flags = ignoresCase === undefined ? "" : "i";
  const pattern = compile(source, `u${flags}`) ?? compile(source, flags);
  if (!pattern) throw new NamespaceError(`not a regular expression: ${namespace.regex.slice(0, 100)}`);
  compiled.set(namespace, pattern);
  return pattern;
}

/** Compiles a pattern; with the flag `u`, an escape of what needs none is an error. */
function compile(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${source})`, flags);
  } catch {
    return undefined;
  }
}
