import type { Issue } from "@patrix/api";

/**
 * Takes what is malformed out of a payload, in place: the outermost list item around each issue, or else the member
 * itself, or what it is missing from. One bad event must not keep a client from all the others. Returns how many parts were taken away.
 */
export function pruneInvalid(payload: unknown, issues: readonly Issue[]): number {
  const doomed = new Map<object, Set<string>>();
  for (const { pointer } of issues) {
    const found = locate(payload, pointer);
    if (!found) continue;
    const keys = doomed.get(found.holder) ?? new Set();
    doomed.set(found.holder, keys.add(found.key));
  }
  let count = 0;
  for (const [holder, keys] of doomed) {
    count += keys.size;
    if (Array.isArray(holder)) {
      const kept = holder.filter((_, index) => !keys.has(String(index)));
      holder.splice(0, holder.length, ...kept);
    } else for (const key of keys) Reflect.deleteProperty(holder, key);
  }
  return count;
}

function locate(payload: unknown, pointer: string): { holder: object; key: string } | undefined {
  const keys = pointer.split("/").slice(1);
  let parent: { holder: object; key: string } | undefined;
  let value = payload;
  for (const [index, escaped] of keys.entries()) {
    if (typeof value !== "object" || value === null) break;
    const key = escaped.replaceAll("~1", "/").replaceAll("~0", "~");
    const here = { holder: value, key };
    if (Array.isArray(value)) return here;
    value = (value as Record<string, unknown>)[key];
    // A member that is missing cannot be taken away; what it is missing from can.
    if (index === keys.length - 1 && value === undefined && parent) return parent;
    parent = here;
  }
  return parent;
}
