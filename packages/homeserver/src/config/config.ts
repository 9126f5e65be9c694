import type { RtcTransport } from "@patrix/client-api/unstable";
import type { TrustedProxies } from "../http/access/client-address.ts";
import type { DailyLimits } from "../limits.ts";
import type { RateLimits } from "../http/access/rate-limits.ts";
import type { Listener } from "../http/transport/http-server.ts";

type Settings = Readonly<Record<string, unknown>>;

/** The effective configuration: every default filled in. Keys are written as in the file. */
export interface Config {
  /** The part of user IDs after the colon; may carry a port. Default: `localhost`. */
  readonly server_name: string;
  /** What clients use, without a path; the first listener if left out. */
  readonly public_base_url?: string | undefined;
  /** Overrides what the `.well-known` documents say. */
  readonly well_known: { readonly client?: string | undefined; readonly server?: string | undefined };
  readonly listeners: readonly Listener[];
  /** Default: `./patrix-data`. */
  readonly data_dir: string;
  /** `sqlite:` and a path, or `postgres://user@host/database`; `patrix.db` in the data folder if left out. */
  readonly database: { readonly url?: string | undefined };
  readonly signing_key_path?: string | undefined;
  readonly old_signing_keys: readonly Settings[];
  readonly media: {
    readonly path?: string | undefined;
    /** In bytes. Default: 50 MiB. */
    readonly max_upload_size: number;
    readonly remote_max_size: number;
    readonly dynamic_thumbnails: boolean;
    readonly legacy_unauthenticated: boolean;
    readonly url_previews: { readonly enabled: boolean; readonly deny_cidrs: readonly string[] };
  };
  readonly registration: {
    readonly enabled: boolean;
    readonly guests: boolean;
    readonly shared_secret?: string | undefined;
    readonly tokens_required: boolean;
    readonly tokens: readonly string[];
    /** Each a list of stages; replaces what the other keys ask for. */
    readonly flows?: readonly (readonly string[])[] | undefined;
  };
  readonly default_room_version: string;
  readonly federation: {
    readonly enabled: boolean;
    readonly trusted_ca_path?: string | undefined;
    readonly allow_private_targets: boolean;
    readonly allow?: readonly string[] | undefined;
    readonly deny: readonly string[];
    readonly trusted_key_servers: readonly string[];
  };
  /** Whose word on the addresses of clients is believed: nobody's, unless proxies are named. */
  readonly client_addresses: TrustedProxies;
  readonly rate_limits: RateLimits & { readonly enabled: boolean };
  /** Other numbers for limits that hold for a day, by their names in the table of `patrix limits`. */
  readonly daily_limits: DailyLimits;
  readonly passwords: {
    readonly algorithm: "argon2id";
    readonly cost: "standard" | "fast";
    /** The fewest characters of a new password; 8 if left out, or 1 with `testing`. */
    readonly min_length?: number | undefined;
    /** What another server, whose accounts moved in, added to every password before it hashed it. */
    readonly pepper?: string | undefined;
  };
  readonly app_service_files: readonly string[];
  readonly public_rooms: { readonly without_auth: boolean; readonly over_federation: boolean };
  readonly presence: { readonly enabled: boolean };
  readonly device_names_over_federation: boolean;
  /** Whether everybody finds every user of this server by name. */
  readonly user_directory: { readonly search_all: boolean };
  /** User IDs. */
  readonly admins: readonly string[];
  readonly server_notices?: { readonly localpart: string } | undefined;
  readonly auto_join_rooms: readonly string[];
  readonly retention?: Settings | undefined;
  readonly cas?: { readonly server_url: string } | undefined;
  readonly oidc: readonly Settings[];
  readonly smtp?: Settings | undefined;
  readonly recaptcha?: Settings | undefined;
  readonly terms: readonly Settings[];
  readonly turn?: { readonly uris: readonly string[]; readonly shared_secret: string; readonly ttl: number } | undefined;
  /** What carries calls of MatrixRTC, in order of preference. */
  readonly matrix_rtc: { readonly transports: readonly RtcTransport[] };
  readonly push?: Settings | undefined;
  readonly cluster: { readonly bus?: string | undefined; readonly shards: number };
  readonly metrics: boolean;
  readonly tracing?: Settings | undefined;
  /** Allows what only tests need. Default: `false`. */
  readonly testing: boolean;
}
