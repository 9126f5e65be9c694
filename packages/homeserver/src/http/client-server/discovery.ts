import { matrixError } from "@patrix/api";
import { getCapabilities, getVersions, getWellknown, getWellknownSupport } from "@patrix/client-api";
import type { RtcTransport } from "@patrix/client-api/unstable";
import { isStableRoomVersion, roomVersions } from "@patrix/room-versions";
import { handle, rawJson } from "@patrix/server";
import { limits } from "../../limits.ts";
import type { Requester } from "../access/requester.ts";
import type { Registration } from "../registration.ts";

/** What the server says of itself. */
export interface DiscoverySettings {
  readonly baseUrl: () => string;
  readonly wellKnownClient: string | undefined;
  readonly admins: readonly string[];
  readonly isAdmin: (user: Requester) => boolean;
  readonly defaultRoomVersion: string;
  /** The ways to carry calls of MatrixRTC. */
  readonly transports: readonly RtcTransport[];
  /** The longest delay of an event, in milliseconds. */
  readonly maxDelayMs: number;
}

const SPEC_VERSIONS: readonly string[] = ["r0.6.1", ...Array.from({ length: 19 }, (_, i) => `v1.${i + 1}`)];

const unstableFeatures: Readonly<Record<string, boolean>> = {
  "fi.mau.msc2659": true,
  "fi.mau.msc2659.stable": true,
  "org.matrix.label_based_filtering": true,
  "org.matrix.e2e_cross_signing": true,
  "org.matrix.msc2285.stable": true,
  "org.matrix.msc3391": true,
  "org.matrix.msc3773": true,
  "org.matrix.msc3814": true,
  "org.matrix.msc3874": true,
  "org.matrix.msc4155": true,
  "org.matrix.msc4222": true,
  "org.matrix.msc4380": true,
  "org.matrix.msc4380.stable": true,
  "org.matrix.msc4306": true,
  "org.matrix.msc4308": true,
  "org.matrix.msc4354": true,
  "org.matrix.simplified_msc3575": true,
  "uk.half-shot.msc2666.query_mutual_rooms": true,
  "uk.half-shot.msc2666.query_mutual_rooms.stable": true,
  "uk.tcpip.msc4133": true,
  "uk.tcpip.msc4133.stable": true,
};

/** The handlers with which a client finds out what the server is. */
export function discoveryHandlers(settings: DiscoverySettings): Registration[] {
  const { baseUrl, wellKnownClient, admins, isAdmin, defaultRoomVersion, transports, maxDelayMs } = settings;
  const features = {
    ...unstableFeatures,
    "org.matrix.msc4140": maxDelayMs > 0,
    ...(transports.length > 0 && { "org.matrix.msc4143": true }),
  };
  const versions = JSON.stringify({ versions: SPEC_VERSIONS, unstable_features: features });
  const wellKnown = { ...(transports.length > 0 && { "org.matrix.msc4143.rtc_foci": transports }) };
  return [
    handle(getVersions, () => rawJson(versions)),
    handle(getWellknown, () => ({ "m.homeserver": { base_url: wellKnownClient ?? baseUrl() }, ...wellKnown })),
    handle(getWellknownSupport, () => {
      if (admins.length === 0) throw matrixError("M_NOT_FOUND", "the server names no contact");
      return rawJson(JSON.stringify({ contacts: admins.map((admin) => ({ matrix_id: admin, role: "m.role.admin" })) }));
    }),
    handle(getCapabilities, (_request, { user }) => ({
      capabilities: {
        "m.change_password": { enabled: true },
        "m.room_versions": { default: defaultRoomVersion, available: availableVersions() },
        "m.set_displayname": { enabled: true },
        "m.set_avatar_url": { enabled: true },
        "m.3pid_changes": { enabled: false },
        "m.get_login_token": { enabled: true },
        "m.profile_fields": { enabled: true },
        "org.matrix.msc4140.delayed_events": { max_delay_ms: maxDelayMs, max_scheduled: limits.delayedEvents.value },
        ...(isAdmin(user) && { "m.account_moderation": { lock: true, suspend: true } }),
      },
    })),
  ];
}

function availableVersions(): Record<string, string> {
  return Object.fromEntries([...roomVersions.keys()].map((id) => [id, isStableRoomVersion(id) ? "stable" : "unstable"]));
}
