import { RtcTransport } from "@patrix/client-api/unstable";
import { isServerName } from "@patrix/identifiers";
import * as z from "zod/mini";
import type { Schema } from "@patrix/identifiers";
import { isAddressRange } from "../http/access/client-address.ts";
import { dailyLimitNames, limits } from "../limits.ts";
import { type BucketSettings, bucketUrl } from "../media/s3/bucket-settings.ts";
import { type Duration, durationMs, durationPattern } from "./duration.ts";
import { defaultRateLimits, type RateLimitAction } from "../http/access/rate-limits.ts";
import type { Config } from "./config.ts";

const text = z.string();
/** Texts that nobody may read who may see the rest. */
const secret = z.string().check(z.meta({ secret: true }));
const localpart = text.check(z.regex(/^[a-z0-9._=\-/+]{1,200}$/, "expected the localpart of a user: a-z, 0-9 and . _ = - / +"));
const texts = z._default(z.array(z.string()), []);
const off = z._default(z.boolean(), false);
const on = z._default(z.boolean(), true);
const whole = z.int().check(z.nonnegative());
const dailyLimits = Object.fromEntries(dailyLimitNames.map((name) => [name, z.optional(whole)]));
const json = z.record(z.string(), z.unknown());

const range = text.check(z.refine(isAddressRange, "expected an address or a range such as 10.0.0.0/8"));
const ranges = z._default(z.array(range), []);

const days = z.optional(z.int().check(z.gte(1), z.lte(36_500)));

/** A time that messages can be kept: a millisecond at least, as 0 would be taken for no limit. */
const lifetime = z.optional(
  z.union([
    z.int().check(z.gte(1)),
    text.check(z.regex(durationPattern, "expected milliseconds, or a number with one of s, m, h, d, w, y")),
  ]),
);
/** Whether the first of two times is at most the second, where both are given. */
const inOrder = (first: Duration | undefined, second: Duration | undefined): boolean =>
  first === undefined || second === undefined || durationMs(first) <= durationMs(second);
const retention = z
  .strictObject({
    enabled: off,
    default_policy: z.prefault(
      z
        .strictObject({ min_lifetime: lifetime, max_lifetime: lifetime })
        .check(
          z.refine(({ min_lifetime: min, max_lifetime: max }) => inOrder(min, max), "expected min_lifetime to be at most max_lifetime"),
        ),
      {},
    ),
    allowed_lifetime_min: lifetime,
    allowed_lifetime_max: lifetime,
  })
  .check(
    z.refine(
      ({ allowed_lifetime_min: min, allowed_lifetime_max: max }) => inOrder(min, max),
      "expected allowed_lifetime_min to be at most allowed_lifetime_max",
    ),
  );

const databaseUrl = text.check(z.regex(/^(sqlite:.|postgres(ql)?:\/\/)/, "expected sqlite: and a path, or postgres://user@host/database"));

const listener = z.strictObject({
  host: z._default(text, "127.0.0.1"),
  port: z.int().check(z.gte(0), z.lte(65_535)),
  tls: z.optional(z.strictObject({ cert_path: text, key_path: text })),
  resources: z.optional(z.array(z.enum(["client", "federation", "metrics", "admin"]))),
});

function rateLimit(action: RateLimitAction) {
  const { per_second: perSecond, burst } = defaultRateLimits[action];
  return z.prefault(
    z.strictObject({ per_second: z._default(z.number().check(z.positive()), perSecond), burst: z._default(whole.check(z.gte(1)), burst) }),
    {},
  );
}

const s3 = z
  .strictObject({
    bucket: z
      .string("expected the name of a bucket")
      .check(z.regex(/^[A-Za-z0-9][\w.-]{1,61}[A-Za-z0-9]$/, "expected the name of a bucket")),
    endpoint: z.optional(text.check(z.refine(isEndpoint, "expected the URL of a store without the bucket, as https://s3.example.org"))),
    region: z._default(text.check(z.regex(/^[\w-]{1,64}$/)), "us-east-1"),
    prefix: z._default(text.check(z.regex(/^([\w.-]+\/)*[\w.-]*$/, "expected names of letters, digits and . _ - with / between them")), ""),
    access_key_id: z.string("expected the ID of a key").check(z.minLength(1, "expected the ID of a key")),
    secret_access_key: z
      .string("expected the secret of the key, here or in PATRIX_MEDIA__S3__SECRET_ACCESS_KEY")
      .check(z.minLength(1, "expected the secret of the key"), z.meta({ secret: true })),
    session_token: z.optional(secret),
    path_style: z.optional(z.boolean()),
  })
  .check(
    z.refine(
      namesBucket,
      "expected path_style: true, since this bucket cannot be named in the host: that takes lower case, no dots with https, and no address as endpoint",
    ),
  );

/** Whether a bucket is in its URL: not every one can be a host. */
function namesBucket(settings: BucketSettings): boolean {
  // That an endpoint is none is said of the endpoint.
  if (settings.endpoint !== undefined && !isEndpoint(settings.endpoint)) return true;
  const { protocol, hostname, pathname } = bucketUrl(settings);
  const { bucket } = settings;
  return pathname.endsWith(`/${bucket}`) || (hostname.startsWith(`${bucket}.`) && !(protocol === "https:" && bucket.includes(".")));
}

/** Whether a text is a URL to which the name of a bucket can be put. */
function isEndpoint(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && /^https?:$/.test(parsed.protocol) && !/[?#@]/.test(url);
}

const mediaSettings = z.strictObject({
  path: z.optional(text),
  s3: z.optional(s3),
  max_upload_size: z._default(whole, 52_428_800),
  remote_max_size: z._default(whole, 104_857_600),
  dynamic_thumbnails: on,
  legacy_unauthenticated: off,
  retention: z.prefault(z.strictObject({ local_days: days, remote_days: days }), {}),
  url_previews: z.prefault(
    z.strictObject({
      enabled: off,
      allow_cidrs: ranges,
      deny_cidrs: ranges,
      allow_hosts: z.optional(z.array(text)),
      deny_hosts: texts,
      ports: z._default(z.union([z.literal("all"), z.array(z.int().check(z.gte(1), z.lte(65_535)))]), [80, 443, 8080, 8443]),
      local_names: off,
      language: z._default(text.check(z.regex(/^[\w ,;=.*-]{1,100}$/)), "en"),
      cache_size: z._default(whole, 1_073_741_824),
    }),
    {},
  ),
});

const media = mediaSettings.check(
  z.refine(
    ({ s3: bucket, max_upload_size: own, remote_max_size: others }) => !bucket || Math.max(own, others) <= limits.bucketFileBytes.value,
    `expected max_upload_size and remote_max_size to be at most ${limits.bucketFileBytes.value}, which is what a bucket takes`,
  ),
);

const federation = z.strictObject({
  enabled: on,
  trusted_ca_path: z.optional(text),
  allow_private_targets: off,
  allow: z.optional(z.array(text)),
  deny: texts,
  trusted_key_servers: texts,
  joins_without_members: on,
});

const root = z.strictObject({
  server_name: z._default(text.check(z.refine(isServerName, "expected a server name, such as example.org")), "localhost"),
  public_base_url: z.optional(text),
  well_known: z.prefault(z.strictObject({ client: z.optional(text), server: z.optional(text), policy_server_key: z.optional(text) }), {}),
  listeners: z._default(z.array(listener).check(z.minLength(1)), [{ host: "127.0.0.1", port: 8008 }]),
  data_dir: z._default(text, "./patrix-data"),
  database: z.prefault(z.strictObject({ url: z.optional(databaseUrl) }), {}),
  signing_key_path: z.optional(text),
  old_signing_keys: z._default(z.array(z.strictObject({ key_id: text, public_key: text, expired_ts: whole })), []),
  media: z.prefault(media, {}),
  registration: z.prefault(
    z.strictObject({
      enabled: off,
      guests: off,
      shared_secret: z.optional(secret.check(z.minLength(1))),
      tokens_required: off,
      tokens: z._default(z.array(secret), []),
      flows: z.optional(z.array(z.array(text))),
    }),
    {},
  ),
  web_client: z.prefault(z.strictObject({ path: z.optional(text) }), {}),
  default_room_version: z._default(text, "12"),
  federation: z.prefault(federation, {}),
  delayed_events: z.prefault(z.strictObject({ max_delay: z._default(whole, 86_400_000) }), {}),
  rate_limits: z.prefault(
    z.strictObject({
      enabled: on,
      login: rateLimit("login"),
      registration: rateLimit("registration"),
      message: rateLimit("message"),
      join: rateLimit("join"),
      invite: rateLimit("invite"),
      room_creation: rateLimit("room_creation"),
      media: rateLimit("media"),
      profile: rateLimit("profile"),
      to_device: rateLimit("to_device"),
      delayed_event: rateLimit("delayed_event"),
      public_rooms: rateLimit("public_rooms"),
      user_directory: rateLimit("user_directory"),
      url_preview: rateLimit("url_preview"),
      server_read: rateLimit("server_read"),
      other: rateLimit("other"),
    }),
    {},
  ),
  client_addresses: z.prefault(
    z.strictObject({
      trusted_proxies: ranges,
      header: z._default(text.check(z.regex(/^[\w-]+$/)), "x-forwarded-for"),
    }),
    {},
  ),
  daily_limits: z.prefault(z.strictObject(dailyLimits), {}),
  passwords: z.prefault(
    z.strictObject({
      algorithm: z._default(z.literal("argon2id"), "argon2id"),
      cost: z._default(z.enum(["standard", "fast"]), "standard"),
      min_length: z.optional(z.int().check(z.gte(1), z.lte(128))),
      pepper: z.optional(secret),
    }),
    {},
  ),
  app_service_files: texts,
  public_rooms: z.prefault(z.strictObject({ without_auth: off, over_federation: off }), {}),
  presence: z.prefault(z.strictObject({ enabled: on }), {}),
  device_names_over_federation: off,
  user_directory: z.prefault(z.strictObject({ search_all: off }), {}),
  admins: texts,
  server_notices: z.optional(z.strictObject({ localpart, room_name: z._default(text, "Server notices") })),
  auto_join_rooms: z._default(z.array(text.check(z.regex(/^[#!]./, "expected the ID or an alias of a room"))), []),
  retention: z.prefault(retention, {}),
  cas: z.optional(z.strictObject({ server_url: text })),
  oidc: z._default(z.array(json), []),
  smtp: z.optional(json),
  recaptcha: z.optional(json),
  terms: z._default(z.array(json), []),
  turn: z.optional(z.strictObject({ uris: z.array(text), shared_secret: secret, ttl: z._default(whole, 86_400) })),
  matrix_rtc: z.prefault(z.strictObject({ transports: z._default(z.array(RtcTransport.schema), []) }), {}),
  push: z.optional(json),
  cluster: z.prefault(z.strictObject({ bus: z.optional(text), shards: z._default(z.int().check(z.gte(1), z.lte(64)), 1) }), {}),
  metrics: off,
  tracing: z.optional(json),
  testing: off,
});

/** Checks a configuration and fills in the defaults; keys that it does not know are an error. */
export const ConfigSchema: Schema<Config> = root;

/** The keys of the whole configuration, by the path of the object that holds them. */
export function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  let schema: z.core.$ZodType | undefined = root;
  for (const step of path) schema = typeof step === "number" ? elementOf(schema) : shapeOf(schema)?.[String(step)];
  return Object.keys(shapeOf(schema) ?? {});
}

/** Whether the value at a path is text, so that one that looks like a number stays text. */
export function isTextKey(path: readonly string[]): boolean {
  let schema: z.core.$ZodType | undefined = root;
  for (const step of path) schema = shapeOf(schema)?.[step];
  return unwrapped(schema) instanceof z.ZodMiniString;
}

/** Whether the text at a path, without the places in lists, is marked as a secret. */
export function isSecretPath(path: readonly string[]): boolean {
  const schema = leafOf(path);
  return schema !== undefined && z.globalRegistry.get(schema)?.["secret"] === true;
}

/** Whether a path leads into settings whose form the schema leaves open. */
export function isOpaquePath(path: readonly string[]): boolean {
  return path.length > 0 && leafOf(path) === undefined;
}

/** Every path of the schema that holds a value, without the places in lists; what is left open counts as one. */
export function valuePaths(schema: z.core.$ZodType = root, path: readonly string[] = []): (readonly string[])[] {
  const inner = withoutLists(schema);
  if (!(inner instanceof z.ZodMiniObject)) return [path];
  const shape: Readonly<Record<string, z.core.$ZodType>> = inner._zod.def.shape;
  return Object.entries(shape).flatMap(([key, member]) => valuePaths(member, [...path, key]));
}

/** The schema at a path; `undefined` within what is left open. */
function leafOf(path: readonly string[]): z.core.$ZodType | undefined {
  let schema: z.core.$ZodType | undefined = root;
  for (const step of path) schema = shapeOf(schema && withoutLists(schema))?.[step];
  return schema && withoutLists(schema);
}

function withoutLists(schema: z.core.$ZodType): z.core.$ZodType {
  let inner = unwrapped(schema) ?? schema;
  for (let element = elementOf(inner); element; element = elementOf(inner)) inner = unwrapped(element) ?? element;
  return inner;
}

function unwrapped(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  let inner = schema;
  while (inner && "innerType" in inner._zod.def) inner = inner._zod.def.innerType as z.core.$ZodType;
  return inner;
}

function shapeOf(schema: z.core.$ZodType | undefined): Readonly<Record<string, z.core.$ZodType>> | undefined {
  const object = unwrapped(schema);
  return object instanceof z.ZodMiniObject ? object._zod.def.shape : undefined;
}

function elementOf(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  const array = unwrapped(schema);
  return array instanceof z.ZodMiniArray ? array._zod.def.element : undefined;
}
