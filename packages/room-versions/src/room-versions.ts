import type { RoomVersionRules } from "./room-version-rules.ts";
import { v1 } from "./versions/v1.ts";
import { v10 } from "./versions/v10.ts";
import { v11 } from "./versions/v11.ts";
import { v12 } from "./versions/v12.ts";
import { v2 } from "./versions/v2.ts";
import { v3 } from "./versions/v3.ts";
import { v4 } from "./versions/v4.ts";
import { v5 } from "./versions/v5.ts";
import { v6 } from "./versions/v6.ts";
import { v7 } from "./versions/v7.ts";
import { v8 } from "./versions/v8.ts";
import { v9 } from "./versions/v9.ts";

const table: readonly RoomVersionRules[] = [v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12];

/**
 * The stable room versions by identifier, in the order they were introduced.
 *
 * @see {@link https://spec.matrix.org/v1.19/rooms/#complete-list-of-room-versions}
 */
export const roomVersions: ReadonlyMap<string, RoomVersionRules> = /* @__PURE__ */ new Map(table.map((rules) => [rules.id, rules]));

/** The room version that servers give to new rooms. */
export const defaultRoomVersion = "12";

/** The rules of {@link defaultRoomVersion}: what to read a room by whose version is not known. */
export const defaultRoomVersionRules: RoomVersionRules = v12;

/**
 * The rules of a room version, or `undefined` for one that is not known.
 * The comparison is exact: `"01"` and `" 1"` are not known.
 *
 * @example
 * getRoomVersionRules("12")?.stateResolution; // "v2.1"
 */
export function getRoomVersionRules(id: string): RoomVersionRules | undefined {
  return roomVersions.get(id);
}

/** Whether a room version is one of the specification's stable ones. */
export function isStableRoomVersion(id: string): boolean {
  return roomVersions.get(id)?.disposition === "stable";
}
