import { type Model, model, obj } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { emptyStateKey, type EventDefinition, stateEvent } from "../registry/define.ts";

/**
 * Content of `io.element.functional_members`: members who are no people, and do not count towards the room's name
 * ([MSC4171](https://github.com/matrix-org/matrix-spec-proposals/pull/4171)).
 */
export interface FunctionalMembersContent {
  service_members: UserId[];
}
/** Checks the content of `io.element.functional_members`. */
export const FunctionalMembersContent: Model<FunctionalMembersContent> = /* @__PURE__ */ model(() =>
  obj<FunctionalMembersContent>({ service_members: z.array(UserId) }),
);

declare module "../registry/define.ts" {
  interface StateEventMap {
    "io.element.functional_members": FunctionalMembersContent;
  }
  interface StateKeyMap {
    "io.element.functional_members": "";
  }
}

/** Defines `io.element.functional_members`. */
export const functionalMembers: EventDefinition<"state", "io.element.functional_members", FunctionalMembersContent> =
  /* @__PURE__ */ stateEvent("io.element.functional_members", FunctionalMembersContent, emptyStateKey);
