import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** Body of an error that has to do with the room version. */
export interface RoomVersionErrorBody {
  errcode: string;
  error?: string | undefined;
  /** The version of the room. */
  room_version?: string | undefined;
}

/** Checks a {@link RoomVersionErrorBody}. */
export const RoomVersionErrorBody: Model<RoomVersionErrorBody> = /* @__PURE__ */ model(() =>
  obj<RoomVersionErrorBody>({ errcode: z.string(), error: z.optional(z.string()), room_version: z.optional(z.string()) }),
);
