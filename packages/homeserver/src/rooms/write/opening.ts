import type { JsonObject } from "@patrix/api";
import { operation, type WriteOperation } from "../../store/statement.ts";
import { closeRoom, openRoom } from "../../store/statements/user-directory.ts";
import type { NamedEvent } from "./event-numbers.ts";

/** Settings that let everybody find who is in a room, each with the value that does so. */
const openSettings: ReadonlyMap<string, readonly [member: string, open: string]> = new Map([
  ["m.room.join_rules", ["join_rule", "public"]],
  ["m.room.history_visibility", ["history_visibility", "world_readable"]],
]);

/** What a setting of a room says: whether everybody may find who is in it. */
export interface Opening {
  /** The type of the state event. */
  readonly reason: string;
  readonly isOpen: boolean;
}

/**
 * What a state event says about that; `undefined` for one of another kind.
 *
 * @param pdu - Left out where the state no longer has the event.
 */
export function statedOpening({ type, stateKey }: Pick<NamedEvent, "type" | "stateKey">, pdu?: JsonObject): Opening | undefined {
  const setting = stateKey === "" ? openSettings.get(type) : undefined;
  if (!setting) return undefined;
  const [member, open] = setting;
  // The PDU was built here or passed the check of its format.
  const content = pdu?.["content"] as JsonObject | undefined;
  return { reason: type, isOpen: content?.[member] === open };
}

/** Stores what a setting says. */
export function openingOperation(roomNid: number, { reason, isOpen }: Opening): WriteOperation {
  return operation(isOpen ? openRoom : closeRoom, roomNid, reason);
}

/** The types of the settings. */
export const openingTypes: readonly string[] = [...openSettings.keys()];
