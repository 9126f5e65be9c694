import { type EmptyObject, type Endpoint, endpoint, type Model, model, obj, type OpenEnum, openEnum, record } from "@patrix/api";
import * as z from "zod/mini";
import { PushRuleEnabledBody } from "../push/push-rule-enabled-body.ts";

/** The room versions of the server. */
export interface RoomVersionsCapability {
  /** The version of new rooms. */
  default: string;
  /** Stability by room version. */
  available: Record<string, OpenEnum<"stable" | "unstable">>;
}

/** Which profile fields the user may change; without lists, all or none. */
export interface ProfileFieldsCapability {
  /** Fields that may be changed; if present, no others. */
  allowed?: string[] | undefined;
  /** Fields that may not be changed; ignored where `allowed` is present. */
  disallowed?: string[] | undefined;
  enabled: boolean;
}

/** Which moderation of accounts the user may do. */
export interface AccountModerationCapability {
  suspend?: boolean | undefined;
  lock?: boolean | undefined;
}

/** What the homeserver allows; unknown capabilities are kept. */
export interface Capabilities {
  /** Whether the user may change the password; assume so if absent. */
  "m.change_password"?: PushRuleEnabledBody | undefined;
  /** Whether leaving a room also forgets it; assume not if absent. */
  "m.forget_forced_upon_leave"?: PushRuleEnabledBody | undefined;
  "m.room_versions"?: RoomVersionsCapability | undefined;
  /** @deprecated See `m.profile_fields`. */
  "m.set_displayname"?: PushRuleEnabledBody | undefined;
  /** @deprecated See `m.profile_fields`. */
  "m.set_avatar_url"?: PushRuleEnabledBody | undefined;
  /** Whether the user may change third-party addresses; assume so if absent. */
  "m.3pid_changes"?: PushRuleEnabledBody | undefined;
  /** Whether the user may create login tokens; assume not if absent. */
  "m.get_login_token"?: PushRuleEnabledBody | undefined;
  "m.profile_fields"?: ProfileFieldsCapability | undefined;
  "m.account_moderation"?: AccountModerationCapability | undefined;
}

/** Response of {@link getCapabilities}. */
export interface GetCapabilitiesResponse {
  capabilities: Capabilities;
}

/** Checks a {@link GetCapabilitiesResponse}. */
export const GetCapabilitiesResponse: Model<GetCapabilitiesResponse> = /* @__PURE__ */ model(() =>
  obj<GetCapabilitiesResponse>({
    capabilities: obj<Capabilities>({
      "m.change_password": z.optional(PushRuleEnabledBody.schema),
      "m.forget_forced_upon_leave": z.optional(PushRuleEnabledBody.schema),
      "m.room_versions": z.optional(
        obj<RoomVersionsCapability>({ default: z.string(), available: record(z.string(), openEnum(["stable", "unstable"])) }),
      ),
      "m.set_displayname": z.optional(PushRuleEnabledBody.schema),
      "m.set_avatar_url": z.optional(PushRuleEnabledBody.schema),
      "m.3pid_changes": z.optional(PushRuleEnabledBody.schema),
      "m.get_login_token": z.optional(PushRuleEnabledBody.schema),
      "m.profile_fields": z.optional(
        obj<ProfileFieldsCapability>({
          allowed: z.optional(z.array(z.string())),
          disallowed: z.optional(z.array(z.string())),
          enabled: z.boolean(),
        }),
      ),
      "m.account_moderation": z.optional(
        obj<AccountModerationCapability>({ suspend: z.optional(z.boolean()), lock: z.optional(z.boolean()) }),
      ),
    }),
  }),
);

/**
 * Lists what the homeserver allows the user to do.
 *
 * `GET /_matrix/client/v3/capabilities` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3capabilities}
 */
export const getCapabilities: Endpoint<EmptyObject, GetCapabilitiesResponse> = /* @__PURE__ */ endpoint({
  id: "getCapabilities",
  method: "GET",
  auth: "accessToken",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/capabilities" },
      { since: "v1.1", path: "/_matrix/client/v3/capabilities" },
    ],
  },
  response: GetCapabilitiesResponse,
});
