import { type Model, obj, paramsModel } from "@patrix/api";
import { RoomIdOrAlias } from "@patrix/identifiers";

/** Path variables of a room that may be named by an alias. */
export interface RoomIdOrAliasPath {
  roomIdOrAlias: RoomIdOrAlias;
}

/** Checks a {@link RoomIdOrAliasPath}. */
export const RoomIdOrAliasPath: Model<RoomIdOrAliasPath> = /* @__PURE__ */ paramsModel(() =>
  obj<RoomIdOrAliasPath>({ roomIdOrAlias: RoomIdOrAlias }),
);
