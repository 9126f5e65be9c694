import { matrixError } from "@patrix/api";
import type { OperationId } from "@patrix/client-api";
import {
  sendDelayedEvent,
  sendDelayedMessageEvent,
  sendDelayedStateEvent,
  sendStickyMessage,
  setStickyState,
  updateDelayedEvent,
  updateDelayedEventByAction,
} from "@patrix/client-api/unstable";
import { type Clock, LruCache } from "@patrix/concurrency";

/** How often something may be done: tokens per second, and how many may be saved up. */
export interface RateLimit {
  readonly per_second: number;
  readonly burst: number;
}

/** What is limited separately; `other` is everything that has no limit of its own. */
export type RateLimitAction =
  | "login"
  | "registration"
  | "message"
  | "join"
  | "invite"
  | "room_creation"
  | "media"
  | "profile"
  | "to_device"
  | "delayed_event"
  | "public_rooms"
  | "user_directory"
  | "url_preview"
  | "server_read"
  | "other";

/** The limits of a server. */
export type RateLimits = Readonly<Record<RateLimitAction, RateLimit>>;

/** Limits that no person meets, and that slow down a program. */
export const defaultRateLimits: RateLimits = {
  login: { per_second: 1, burst: 20 },
  registration: { per_second: 0.5, burst: 20 },
  message: { per_second: 20, burst: 200 },
  join: { per_second: 5, burst: 50 },
  invite: { per_second: 5, burst: 100 },
  room_creation: { per_second: 1, burst: 30 },
  media: { per_second: 10, burst: 100 },
  profile: { per_second: 0.5, burst: 20 },
  to_device: { per_second: 20, burst: 300 },
  // Whoever carries calls does it for all of their users.
  delayed_event: { per_second: 50, burst: 500 },
  public_rooms: { per_second: 2, burst: 30 },
  user_directory: { per_second: 5, burst: 50 },
  url_preview: { per_second: 2, burst: 50 },
  // What another server reads of rooms and keys.
  server_read: { per_second: 20, burst: 500 },
  other: { per_second: 50, burst: 500 },
};

const actions: ReadonlyMap<string, RateLimitAction> = byOperation({
  login: "login",
  // These check the password of the one who asks.
  changePassword: "login",
  deactivateAccount: "login",
  deleteDevice: "login",
  deleteDevices: "login",
  uploadCrossSigningKeys: "login",
  generateLoginToken: "login",
  register: "registration",
  checkUsernameAvailability: "registration",
  registrationTokenValidity: "registration",
  sendMessage: "message",
  setRoomStateWithKey: "message",
  redactEvent: "message",
  joinRoom: "join",
  joinRoomById: "join",
  knockRoom: "join",
  inviteUser: "invite",
  kick: "invite",
  ban: "invite",
  unban: "invite",
  createRoom: "room_creation",
  upgradeRoom: "room_creation",
  uploadContent: "media",
  uploadContentToMXC: "media",
  createContent: "media",
  // Each change is shown in every room of the user.
  setProfileField: "profile",
  deleteProfileField: "profile",
  sendToDevice: "to_device",
  claimKeys: "to_device",
  getPublicRooms: "public_rooms",
  queryPublicRooms: "public_rooms",
  searchUserDirectory: "user_directory",
  getUrlPreview: "url_preview",
  getUrlPreviewAuthed: "url_preview",
});

/** As above, for open proposals. Clients in calls restart their delayed events every few seconds. */
const proposed: ReadonlyMap<string, RateLimitAction> = new Map([
  ...[sendDelayedMessageEvent, sendDelayedStateEvent, sendDelayedEvent, sendStickyMessage, setStickyState].map(
    ({ id }) => [id, "message"] as const,
  ),
  ...[updateDelayedEvent, updateDelayedEventByAction].map(({ id }) => [id, "delayed_event"] as const),
]);

/** The action that an operation counts as. */
export function rateLimitAction(operationId: string): RateLimitAction {
  return actions.get(operationId) ?? proposed.get(operationId) ?? "other";
}

function byOperation(table: Partial<Record<OperationId, RateLimitAction>>): Map<string, RateLimitAction> {
  return new Map(Object.entries(table));
}

/** The most callers whose allowance is remembered; the one seen longest ago is forgotten first. */
const REMEMBERED_CALLERS = 50_000;

interface Bucket {
  tokens: number;
  updatedMs: number;
}

/** Token buckets by action and caller. */
export class RateLimiter {
  readonly #limits: RateLimits;
  readonly #clock: Clock;
  readonly #buckets = new LruCache<string, Bucket>(REMEMBERED_CALLERS);

  constructor(limits: RateLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Takes one token. @throws {MatrixError} `M_LIMIT_EXCEEDED` with the time to wait, if there is none. */
  take(action: RateLimitAction, caller: string): void {
    const { per_second: perSecond, burst } = this.#limits[action];
    const now = this.#clock.now();
    const key = `${action} ${caller}`;
    let bucket = this.#buckets.get(key);
    if (!bucket) this.#buckets.set(key, (bucket = { tokens: burst, updatedMs: now }));
    const elapsedMs = Math.max(0, now - bucket.updatedMs);
    bucket.tokens = Math.min(burst, bucket.tokens + (elapsedMs * perSecond) / 1000);
    bucket.updatedMs = now;
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return;
    }
    const waitMs = Math.ceil(((1 - bucket.tokens) / perSecond) * 1000);
    throw matrixError("M_LIMIT_EXCEEDED", `too many requests of the kind ${action}`, { retry_after_ms: Math.max(1, waitMs) });
  }
}
