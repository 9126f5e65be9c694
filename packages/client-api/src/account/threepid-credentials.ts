import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** Proof that the user owns a third-party address. */
export interface ThreepidCredentials {
  /** Secret of the client that began the validation session. */
  client_secret: string;
  /** Host name of an identity server, with the port if it is not the usual one. */
  id_server: string;
  /** Access token for the identity server. */
  id_access_token: string;
  /** ID of the validation session. */
  sid: string;
}

/** Checks a {@link ThreepidCredentials}. */
export const ThreepidCredentials: Model<ThreepidCredentials> = /* @__PURE__ */ model(() =>
  obj<ThreepidCredentials>({ client_secret: z.string(), id_server: z.string(), id_access_token: z.string(), sid: z.string() }),
);
