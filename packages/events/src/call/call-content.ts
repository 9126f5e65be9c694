import { lenient, type OpenEnum, openEnum, type Repair, type Shape, tolerated } from "@patrix/api";
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

/** The version was a number before 1.7; any but 0 stands for 1. */
const readVersion: Repair = (version) => (typeof version === "number" ? { replacement: version === 0 ? "0" : "1" } : undefined);

/** Calls of version 0 do not name the party. */
const withoutParty: Repair = (party, { version }) =>
  (party === undefined || party === null) && (version === 0 || version === "0") ? { replacement: "" } : undefined;

/** The checks of {@link CallContent}, to spread into those of a content that extends it. */
export function callContentShape(): Shape<CallContent> {
  return {
    call_id: z.string(),
    version: tolerated(openEnum(["0", "1"]), "numeric-call-version", readVersion),
    party_id: lenient(z.string(), "call-version-0", withoutParty),
  };
}
