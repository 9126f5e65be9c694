import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { ThirdPartySigned } from "./third-party-signed.ts";

/** Body of a request to join a room. */
export interface JoinRoomBody {
  /** Only for invites by a third-party address. */
  third_party_signed?: ThirdPartySigned | undefined;
  /** A text for people. */
  reason?: string | undefined;
}

/** Checks a {@link JoinRoomBody}. */
export const JoinRoomBody: Model<JoinRoomBody> = /* @__PURE__ */ model(() =>
  obj<JoinRoomBody>({ third_party_signed: z.optional(ThirdPartySigned.schema), reason: z.optional(z.string()) }),
);
