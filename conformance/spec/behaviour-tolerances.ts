// What the specification says in words of how readers behave, where no schema can show it: each with what shows that ours do so.
import type { BehaviourTolerance } from "./behaviour/behaviour-tolerance.ts";
import { clientTolerances } from "./behaviour/client-tolerances.ts";
import { sharedTolerances } from "./behaviour/shared-tolerances.ts";
import { eventTolerances } from "./behaviour/event-tolerances.ts";
import { federationTolerances } from "./behaviour/federation-tolerances.ts";
import { homeserverTolerances } from "./behaviour/homeserver-tolerances.ts";
import { pushRuleTolerances } from "./behaviour/push-rule-tolerances.ts";
import { roomTolerances } from "./behaviour/room-tolerances.ts";

/** Every tolerance of behaviour that holds. */
export const behaviourTolerances: readonly BehaviourTolerance[] = [
  ...sharedTolerances,
  ...pushRuleTolerances,
  ...eventTolerances,
  ...roomTolerances,
  ...federationTolerances,
  ...clientTolerances,
  ...homeserverTolerances,
];
