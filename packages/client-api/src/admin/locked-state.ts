import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** Whether a user is locked. */
export interface LockedState {
  locked: boolean;
}

/** Checks a {@link LockedState}. */
export const LockedState: Model<LockedState> = /* @__PURE__ */ model(() => obj<LockedState>({ locked: z.boolean() }));
