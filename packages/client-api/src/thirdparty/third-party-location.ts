import { type JsonObject, jsonObject, type Model, model, obj } from "@patrix/api";
import { RoomAlias } from "@patrix/identifiers";
import * as z from "zod/mini";

/** A place in another network, and the room that stands for it. */
export interface ThirdPartyLocation {
  /** The room. */
  alias: RoomAlias;
  /** ID of the protocol, such as `irc`. */
  protocol: string;
  /** Values of the fields that identify it. */
  fields: JsonObject;
}

/** Checks a {@link ThirdPartyLocation}. */
export const ThirdPartyLocation: Model<ThirdPartyLocation> = /* @__PURE__ */ model(() =>
  obj<ThirdPartyLocation>({ alias: RoomAlias, protocol: z.string(), fields: jsonObject() }),
);
