import type { RoomVersionRules } from "@patrix/room-versions";
import type { AuthSignatureChecks } from "../authorization/auth-check.ts";
import type { EventSource } from "./event-source.ts";
import type { ResolutionRecorder } from "./resolution-recorder.ts";
import type { StateMap } from "./state-map.ts";

/** @internal What every algorithm is given. */
export interface ResolutionInput {
  readonly stateMaps: readonly StateMap[];
  readonly rules: RoomVersionRules;
  readonly source: EventSource;
  readonly signatures: AuthSignatureChecks;
  readonly recorder: ResolutionRecorder | undefined;
  readonly known: KnownChains | undefined;
}

/** What a caller knows of the auth chains. */
export interface KnownChains {
  /** The auth chain of each state, in the order of the states. Whether it has the state's own events in it does not matter. */
  readonly authChains: readonly ReadonlySet<string>[];
  /** The conflicted state subgraph, for room version 12 and later; found through the events where it is left out. */
  readonly conflictedSubgraph?: ReadonlySet<string> | undefined;
}
