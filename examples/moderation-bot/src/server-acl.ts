import type { PolicyRule } from "@patrix/bot";
import type { Room, StateEvents } from "@patrix/client";

type Acl = StateEvents["m.room.server_acl"];
/** The longest list of denied servers, in bytes: an event has 64 KiB at most. */
const maxBytes = 48 * 1024;

/** Servers that rules want kept out, as far as there is room for them, and never one's own. */
export function serversToDeny(rules: readonly PolicyRule[], ownServer: string): readonly string[] {
  const unique = new Set(rules.filter(({ kind, matches }) => kind === "server" && !matches(ownServer)).map(({ entity }) => entity));
  let bytes = 0;
  return [...unique].sort().filter((entity) => (bytes += new TextEncoder().encode(JSON.stringify(entity)).length + 1) <= maxBytes);
}

/** The access list that a room should have, where it has another one; what others have denied stays. */
export function nextAcl(room: Room, deny: readonly string[], deniedBefore: readonly string[]): Acl | undefined {
  const current = room.state.get("m.room.server_acl");
  const ofOthers = (current?.deny ?? []).filter((entity) => !deniedBefore.includes(entity));
  const next = [...new Set([...ofOthers, ...deny])];
  if (JSON.stringify(next) === JSON.stringify(current?.deny ?? [])) return undefined;
  return { ...current, allow: current?.allow ?? ["*"], deny: next };
}
