import { type EmptyObject, type Endpoint, endpoint, type Model, model, obj, type OpenEnum, openEnum } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Someone to turn to; has a user ID, a mail address, or both. */
export interface SupportContact {
  /** User ID of the contact. */
  matrix_id?: UserId | undefined;
  email_address?: string | undefined;
  /** What the contact is responsible for. */
  role: OpenEnum<"m.role.admin" | "m.role.security">;
}

/** Response of {@link getWellknownSupport}. */
export interface GetWellknownSupportResponse {
  contacts?: SupportContact[] | undefined;
  /** URL of a page with help. */
  support_page?: string | undefined;
}

/** Checks a {@link GetWellknownSupportResponse}. */
export const GetWellknownSupportResponse: Model<GetWellknownSupportResponse> = /* @__PURE__ */ model(() =>
  obj<GetWellknownSupportResponse>({
    contacts: z.optional(
      z.array(
        obj<SupportContact>({
          matrix_id: z.optional(UserId),
          email_address: z.optional(z.string()),
          role: openEnum(["m.role.admin", "m.role.security"]),
        }),
      ),
    ),
    support_page: z.optional(z.string()),
  }),
);

/**
 * Publishes who administers the server and where to find help.
 *
 * `GET /.well-known/matrix/support` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#getwell-knownmatrixsupport}
 */
export const getWellknownSupport: Endpoint<EmptyObject, GetWellknownSupportResponse> = /* @__PURE__ */ endpoint({
  id: "getWellknownSupport",
  method: "GET",
  auth: "none",
  rateLimited: false,
  history: { stable: [{ since: "v1.10", path: "/.well-known/matrix/support" }] },
  errors: { 404: {} },
  response: GetWellknownSupportResponse,
});
