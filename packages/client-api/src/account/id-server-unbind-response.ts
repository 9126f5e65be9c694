import { type Model, model, obj, type OpenEnum, openEnum } from "@patrix/api";

/** Response that tells whether an address could be unbound from the identity server. */
export interface IdServerUnbindResponse {
  /** `success` if the identity server no longer knows the address, `no-support` if it could not be asked to forget it. */
  id_server_unbind_result: OpenEnum<"no-support" | "success">;
}

/** Checks a {@link IdServerUnbindResponse}. */
export const IdServerUnbindResponse: Model<IdServerUnbindResponse> = /* @__PURE__ */ model(() =>
  obj<IdServerUnbindResponse>({ id_server_unbind_result: openEnum(["no-support", "success"]) }),
);
