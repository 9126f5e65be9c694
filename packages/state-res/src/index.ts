/**
 * Event authorisation and state resolution for every room version.
 *
 * @packageDocumentation
 */
export type { AuthSignatureChecks } from "./authorization/auth-check.ts";
export type { AuthEvent, FetchEvent, FetchState } from "./authorization/auth-event.ts";
export type { Allowed, AuthOutcome, Rejected } from "./authorization/auth-outcome.ts";
export { checkStateDependentAuth, checkStateIndependentAuth } from "./authorization/check-auth.ts";
export { createIdOf } from "./authorization/create-id.ts";
export { type AuthEventsQuery, selectAuthEvents, selectDecidingState, type StateKeyPair } from "./authorization/select-auth-events.ts";
export { toAuthEvent } from "./authorization/to-auth-event.ts";
export { isSignedByKey } from "./authorization/third-party-signature.ts";
export { StateResError, type StateResErrorCode } from "./errors.ts";
export { toDot, toMermaid } from "./explain/draw.ts";
export type { CheckPhase, ExplainedCheck, ExplainedEvent, Explanation, OrderCriterion, OrderedEvent } from "./explain/explanation.ts";
export { type ExplainedCandidate, explainKey } from "./explain/explain-key.ts";
export { type EventStore, type Resolution, type ResolveOptions, resolveState, resolveStateSync } from "./resolution/resolve-state.ts";
export {
  addStateEvent,
  type MutableStateMap,
  type StateEventKey,
  stateEntries,
  type StateMap,
  type StateMapEntry,
  toStateMap,
  withStateEvent,
} from "./resolution/state-map.ts";
