import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** Whether a user is suspended. */
export interface SuspendedState {
  suspended: boolean;
}

/** Checks a {@link SuspendedState}. */
export const SuspendedState: Model<SuspendedState> = /* @__PURE__ */ model(() => obj<SuspendedState>({ suspended: z.boolean() }));
