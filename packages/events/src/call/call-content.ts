import { type OpenEnum, openEnum, type Shape } from "@patrix/api";
import * as z from "zod/mini";

/**
 * What the events of a call have in common.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#call-events}
 */
export interface CallContent {
  /** The call; unique among those of the user. */
  call_id: string;
  /** Version of the call protocol; any value but `0` is to be treated as `1`. */
  version: OpenEnum<"0" | "1">;
  /** The device that takes part in the call; unique among the parties to it. */
  party_id: string;
}

/** The checks of {@link CallContent}, to spread into those of a content that extends it. */
export function callContentShape(): Shape<CallContent> {
  return { call_id: z.string(), version: openEnum(["0", "1"]), party_id: z.string() };
}
