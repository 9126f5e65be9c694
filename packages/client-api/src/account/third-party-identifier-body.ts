import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { ThreepidMedium } from "./threepid-medium.ts";

/** Body that names a third-party address, and the identity server that it is bound at. */
export interface ThirdPartyIdentifierBody {
  /** Host name of an identity server, with the port if it is not the usual one. */
  id_server?: string | undefined;
  medium: ThreepidMedium;
  address: string;
}

/** Checks a {@link ThirdPartyIdentifierBody}. */
export const ThirdPartyIdentifierBody: Model<ThirdPartyIdentifierBody> = /* @__PURE__ */ model(() =>
  obj<ThirdPartyIdentifierBody>({ id_server: z.optional(z.string()), medium: ThreepidMedium, address: z.string() }),
);
