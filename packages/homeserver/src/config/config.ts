import type { RtcTransport } from "@patrix/client-api/unstable";
import type { TrustedProxies } from "../http/access/client-address.ts";
import type { DailyLimits } from "../limits.ts";
import type { RateLimits } from "../http/access/rate-limits.ts";
import type { Listener } from "../http/transport/http-server.ts";
import type { BucketSettings } from "../media/s3/bucket-settings.ts";
import type { Duration } from "./duration.ts";

type Settings = Readonly<Record<string, unknown>>;

/** How long messages are kept. */
export interface RetentionConfig {
  /** Whether messages that are over age are hidden and removed; otherwise `m.room.retention` has no effect. Default: `false`. */
  readonly enabled: boolean;
  /** For rooms that say nothing. */
  readonly default_policy: { readonly min_lifetime?: Duration | undefined; readonly max_lifetime?: Duration | undefined };
  /** Between which lifetimes the policies of rooms are kept to. */
  readonly allowed_lifetime_min?: Duration | undefined;
  readonly allowed_lifetime_max?: Duration | undefined;
}

/** Whether users get previews of web pages, and of which. */
export interface UrlPreviewConfig {
  /** Default: `false`, since the server then asks for pages that users name, and shows its address to them. */
  readonly enabled: boolean;
  /** Ranges of addresses that may be asked although they are not public. */
  readonly allow_cidrs: readonly string[];
  /** Ranges of addresses that may never be asked; those that are not public need not be named. */
  readonly deny_cidrs: readonly string[];
  /** Patterns of hosts, as `*.example.org`; if given, no others are asked. */
  readonly allow_hosts?: readonly string[] | undefined;
  /** Patterns of hosts that are not asked. */
  readonly deny_hosts: readonly string[];
  /** Default: those of the web. */
  readonly ports: readonly number[] | "all";
  /** Whether names are asked for that only this machine knows, as those of `/etc/hosts`. Default: `false`. */
  readonly local_names: boolean;
  /** Languages that pages are asked for in, as in `accept-language`. Default: `en`. */
  readonly language: string;
  /** The most bytes that images of previews take; the oldest go first. Default: 1 GiB. */
  readonly cache_size: number;
}

/** The effective configuration: every default filled in. Keys are written as in the file. */
export interface Config {
  /** The part of user IDs after the colon; may carry a port. Default: `localhost`. */
  readonly server_name: string;
  /** What clients use, without a path; the first listener if left out. */
  readonly public_base_url?: string | undefined;
  /** Overrides what the `.well-known` documents say. */
  readonly well_known: {
    readonly client?: string | undefined;
    readonly server?: string | undefined;
    /** The Ed25519 key, in unpadded base64, of the policy server that answers under this server's name. */
    readonly policy_server_key?: string | undefined;
  };
  readonly listeners: readonly Listener[];
  /** Default: `./patrix-data`. */
  readonly data_dir: string;
  /** `sqlite:` and a path, or `postgres://user@host/database`; `patrix.db` in the data folder if left out. */
  readonly database: { readonly url?: string | undefined };
  /** Made at the first start; `signing.key` in the data folder if left out. */
  readonly signing_key_path?: string | undefined;
  /** Keys that the server no longer signs with; others check old events by them. */
  readonly old_signing_keys: readonly { readonly key_id: string; readonly public_key: string; readonly expired_ts: number }[];
  readonly media: {
    readonly path?: string | undefined;
    /** The bucket in which files are kept; those of `path` if left out. */
    readonly s3?: BucketSettings | undefined;
    /** In bytes. Default: 50 MiB. */
    readonly max_upload_size: number;
    readonly remote_max_size: number;
    readonly dynamic_thumbnails: boolean;
    readonly legacy_unauthenticated: boolean;
    readonly url_previews: UrlPreviewConfig;
    /** After how many days media go that nobody has asked for; never where it is left out. */
    readonly retention: { readonly local_days?: number | undefined; readonly remote_days?: number | undefined };
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
  /** The folder with the files of a web client, which is served at `/web/`. */
  readonly web_client: { readonly path?: string | undefined };
  readonly default_room_version: string;
  readonly federation: {
    readonly enabled: boolean;
    readonly trusted_ca_path?: string | undefined;
    readonly allow_private_targets: boolean;
    readonly allow?: readonly string[] | undefined;
    readonly deny: readonly string[];
    readonly trusted_key_servers: readonly string[];
    /** Whether rooms are joined without their members, who come afterwards. */
    readonly joins_without_members: boolean;
  };
  /** Whose word on the addresses of clients is believed: nobody's, unless proxies are named. */
  readonly client_addresses: TrustedProxies;
  /** The longest delay of an event that is sent later, in milliseconds; 0 for none. Default: a day. */
  readonly delayed_events: { readonly max_delay: number };
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
  /** Paths of the registration files of application services. */
  readonly app_service_files: readonly string[];
  readonly public_rooms: { readonly without_auth: boolean; readonly over_federation: boolean };
  readonly presence: { readonly enabled: boolean };
  readonly device_names_over_federation: boolean;
  /** Whether everybody finds every user of this server by name. */
  readonly user_directory: { readonly search_all: boolean };
  /** User IDs. */
  readonly admins: readonly string[];
  /** In whose name the server speaks to users, and what the rooms are called. */
  readonly server_notices?: { readonly localpart: string; readonly room_name: string } | undefined;
  /** IDs and aliases of rooms that new users are brought into; those of this server that lead nowhere are made. */
  readonly auto_join_rooms: readonly string[];
  /** How long messages are kept, where that is enabled; for ever by default. */
  readonly retention: RetentionConfig;
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
