import { type OpenEnum, openEnum } from "@patrix/api";
import { type Schema } from "@patrix/identifiers";

/** Whether a room is in a public directory. */
export type RoomVisibility = OpenEnum<"public" | "private">;
/** Checks a {@link RoomVisibility}. */
export const RoomVisibility: Schema<RoomVisibility> = /* @__PURE__ */ openEnum(["public", "private"]);
