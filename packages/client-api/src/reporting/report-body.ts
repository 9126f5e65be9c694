import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** Body that says why something is reported. */
export interface ReportBody {
  /** A text for people. */
  reason: string;
}

/** Checks a {@link ReportBody}. */
export const ReportBody: Model<ReportBody> = /* @__PURE__ */ model(() => obj<ReportBody>({ reason: z.string() }));
