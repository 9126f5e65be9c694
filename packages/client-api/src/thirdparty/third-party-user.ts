import { type JsonObject, jsonObject, type Model, model, obj } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** A user of another network, and the Matrix user that stands for it. */
export interface ThirdPartyUser {
  /** The user. */
  userid: UserId;
  /** ID of the protocol, such as `irc`. */
  protocol: string;
  /** Values of the fields that identify it. */
  fields: JsonObject;
}

/** Checks a {@link ThirdPartyUser}. */
export const ThirdPartyUser: Model<ThirdPartyUser> = /* @__PURE__ */ model(() =>
  obj<ThirdPartyUser>({ userid: UserId, protocol: z.string(), fields: jsonObject() }),
);
