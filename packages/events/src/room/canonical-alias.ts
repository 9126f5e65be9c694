import { type Model, model, obj } from "@patrix/api";
import { RoomAlias } from "@patrix/identifiers";
import * as z from "zod/mini";
import { emptyStateKey, type EventDefinition, stateEvent } from "../registry/define.ts";

/**
 * Content of `m.room.canonical_alias`: the aliases that the room advertises.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroomcanonical_alias}
 */
export interface RoomCanonicalAliasContent {
  /** The main alias; absent, `null` or empty where there is none. */
  alias?: RoomAlias | "" | null | undefined;
  /** Further aliases of the room. */
  alt_aliases?: RoomAlias[] | undefined;
}
/** Checks the content of `m.room.canonical_alias`. */
export const RoomCanonicalAliasContent: Model<RoomCanonicalAliasContent> = /* @__PURE__ */ model(() =>
  obj<RoomCanonicalAliasContent>({
    alias: z.optional(z.nullable(z.union([RoomAlias, z.literal("")]))),
    alt_aliases: z.optional(z.array(RoomAlias)),
  }),
);

declare module "../registry/define.ts" {
  interface StateEventMap {
    "m.room.canonical_alias": RoomCanonicalAliasContent;
  }
  interface StateKeyMap {
    "m.room.canonical_alias": "";
  }
}

/** Defines `m.room.canonical_alias`. */
export const roomCanonicalAlias: EventDefinition<"state", "m.room.canonical_alias", RoomCanonicalAliasContent> = /* @__PURE__ */ stateEvent(
  "m.room.canonical_alias",
  RoomCanonicalAliasContent,
  emptyStateKey,
);
