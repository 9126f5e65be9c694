import { type Model, obj, paramsModel } from "@patrix/api";
import { RoomAlias } from "@patrix/identifiers";

/** Path variables of a room alias. */
export interface RoomAliasPath {
  roomAlias: RoomAlias;
}

/** Checks a {@link RoomAliasPath}. */
export const RoomAliasPath: Model<RoomAliasPath> = /* @__PURE__ */ paramsModel(() => obj<RoomAliasPath>({ roomAlias: RoomAlias }));
