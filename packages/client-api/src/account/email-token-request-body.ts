import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** Body that asks for a validation mail. */
export interface EmailTokenRequestBody {
  /** Secret of the client that began the validation session. */
  client_secret: string;
  /** The mail address. */
  email: string;
  /** Sent again only if greater than before with the same secret and address. */
  send_attempt: number;
  /** Where the user is sent once validated. */
  next_link?: string | undefined;
  /** Host name of an identity server, with the port if it is not the usual one. */
  id_server?: string | undefined;
  /** Access token for the identity server. */
  id_access_token?: string | undefined;
}

/** Checks a {@link EmailTokenRequestBody}. */
export const EmailTokenRequestBody: Model<EmailTokenRequestBody> = /* @__PURE__ */ model(() =>
  obj<EmailTokenRequestBody>({
    client_secret: z.string(),
    email: z.string(),
    send_attempt: z.int(),
    next_link: z.optional(z.string()),
    id_server: z.optional(z.string()),
    id_access_token: z.optional(z.string()),
  }),
);
