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
}
