import { type Schema } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Direction of pagination: `b` towards older events, `f` towards newer ones. */
export type Direction = "b" | "f";
/** Checks a {@link Direction}. */
export const Direction: Schema<Direction> = /* @__PURE__ */ z.literal(["b", "f"]);
