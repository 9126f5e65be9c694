import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** An invite of the owner of a third-party address. */
export interface Invite3pid {
  /** Host name of an identity server, with the port if it is not the usual one. */
  id_server: string;
  /** Access token for the identity server. */
  id_access_token: string;
  medium: string;
  address: string;
}

/** Checks a {@link Invite3pid}. */
export const Invite3pid: Model<Invite3pid> = /* @__PURE__ */ model(() =>
  obj<Invite3pid>({ id_server: z.string(), id_access_token: z.string(), medium: z.string(), address: z.string() }),
);
