import { type Model, obj, paramsModel } from "@patrix/api";
import * as z from "zod/mini";

/** Query parameters that name a public key. */
export interface PublicKeyQuery {
  /** In unpadded base64. */
  public_key: string;
}

/** Checks a {@link PublicKeyQuery}. */
export const PublicKeyQuery: Model<PublicKeyQuery> = /* @__PURE__ */ paramsModel(() => obj<PublicKeyQuery>({ public_key: z.string() }));
