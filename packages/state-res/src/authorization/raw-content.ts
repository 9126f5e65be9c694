import type { JsonObject } from "@patrix/signatures";

/** Whether a value is a JSON object: neither an array nor `null`. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads an own member of an object, so that names such as `constructor` find nothing inherited; `undefined` if it is no object. */
export function member(object: unknown, key: string): unknown {
  return isObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Reads an own member that is a string. */
export function stringMember(object: unknown, key: string): string | undefined {
  const value = member(object, key);
  return typeof value === "string" ? value : undefined;
}

/** The server name in an identifier, everything after its first colon; `undefined` if there is none. */
export function domainOf(identifier: string): string | undefined {
  const colon = identifier.indexOf(":");
  return colon < 0 ? undefined : identifier.slice(colon + 1);
}

/** Whether two identifiers both name a server, and the same. */
export function haveSameDomain(left: string, right: string): boolean {
  const domain = domainOf(left);
  return domain !== undefined && domain === domainOf(right);
}
