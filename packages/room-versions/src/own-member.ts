/** Whether a value is a JSON object: neither an array nor `null`. @internal */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads an own member, so that names such as `constructor` find nothing inherited; `undefined` if the value is no object. @internal */
export function ownMember(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
