import { describe, expect, it } from "vitest";
import { defaultRateLimits } from "../http/access/rate-limits.ts";
import { parseConfig } from "./load-config.ts";
import { ConfigSchema, isOpaquePath, isSecretPath, isTextKey, knownKeys, valuePaths } from "./schema.ts";

/** What is wrong with settings; the empty text where they are fine. */
function refusal(settings: object): string {
  try {
    parseConfig(settings);
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Settings of a bucket. */
const s3 = (other: object) => ({
  media: { s3: { bucket: "media", endpoint: "http://s3.example.org", access_key_id: "a", secret_access_key: "b", ...other } },
});

describe("the schema of the configuration", () => {
  it("fills in what is left out, also within what is there", () => {
    const config = parseConfig({
      media: { url_previews: {} },
      rate_limits: { login: { burst: 7 } },
      turn: { uris: [], shared_secret: "x" },
    });
    expect(config).toMatchObject({
      server_name: "localhost",
      data_dir: "./patrix-data",
      listeners: [{ host: "127.0.0.1", port: 8008 }],
      default_room_version: "12",
      federation: { enabled: true, allow_private_targets: false, deny: [] },
      media: { max_upload_size: 50 * 1024 * 1024, dynamic_thumbnails: true, url_previews: { enabled: false, deny_cidrs: [] } },
      client_addresses: { trusted_proxies: [], header: "x-forwarded-for" },
      passwords: { algorithm: "argon2id", cost: "standard" },
      cluster: { shards: 1 },
      turn: { ttl: 86_400 },
      testing: false,
    });
    const { enabled, ...rates } = config.rate_limits;
    expect([enabled, rates]).toEqual([true, { ...defaultRateLimits, login: { ...defaultRateLimits.login, burst: 7 } }]);
    expect(config.federation.allow).toBeUndefined();
  });

  it.each<[string, object, object]>([
    ["listeners.0.port", { listeners: [{ port: 0 }, { port: 65_535 }] }, { listeners: [{ port: 65_536 }] }],
    ["listeners.0.port", { listeners: [{ port: 1 }] }, { listeners: [{ port: -1 }] }],
    ["listeners", { listeners: [{ port: 1 }] }, { listeners: [] }],
    ["listeners.0.resources.0", { listeners: [{ port: 1, resources: ["client"] }] }, { listeners: [{ port: 1, resources: ["web"] }] }],
    ["server_name", { server_name: "example.org:8448" }, { server_name: "example org" }],
    ["cluster.shards", { cluster: { shards: 1 } }, { cluster: { shards: 0 } }],
    ["cluster.shards", { cluster: { shards: 64 } }, { cluster: { shards: 65 } }],
    ["media.s3.bucket", s3({}), s3({ bucket: "a/b" })],
    ["media.s3.bucket", s3({ bucket: "my.media-1" }), s3({ bucket: "x" })],
    ["media.s3.endpoint", s3({ endpoint: "http://10.0.0.1:9000" }), s3({ endpoint: "10.0.0.1:9000" })],
    ["media.s3.endpoint", s3({ endpoint: "https://s3.example.org/base" }), s3({ endpoint: "https://key:secret@s3.example.org" })],
    ["media.s3.prefix", s3({ prefix: "a/b_c.d-e/" }), s3({ prefix: "/a" })],
    ["media.s3.secret_access_key", s3({ path_style: false }), s3({ secret_access_key: "" })],
    [
      "media.s3",
      s3({ bucket: "my.media", path_style: true }),
      s3({ bucket: "my.media", endpoint: "https://s3.example.org", path_style: false }),
    ],
    ["media.s3", s3({ endpoint: "http://s3.example.org", path_style: false }), s3({ endpoint: "http://10.0.0.1", path_style: false })],
    ["media", { media: { max_upload_size: 6e9 } }, { media: { ...s3({}).media, max_upload_size: 6e9 } }],
    ["passwords.min_length", { passwords: { min_length: 1 } }, { passwords: { min_length: 0 } }],
    ["passwords.min_length", { passwords: { min_length: 128 } }, { passwords: { min_length: 129 } }],
    ["rate_limits.login.per_second", { rate_limits: { login: { per_second: 0.001 } } }, { rate_limits: { login: { per_second: 0 } } }],
    ["rate_limits.login.burst", { rate_limits: { login: { burst: 1 } } }, { rate_limits: { login: { burst: 0 } } }],
    ["media.max_upload_size", { media: { max_upload_size: 0 } }, { media: { max_upload_size: -1 } }],
    ["registration.shared_secret", { registration: { shared_secret: "x" } }, { registration: { shared_secret: "" } }],
    [
      "client_addresses.trusted_proxies.0",
      { client_addresses: { trusted_proxies: ["10.0.0.0/8", "::1"] } },
      { client_addresses: { trusted_proxies: ["10.0.0.0/33"] } },
    ],
    ["client_addresses.header", { client_addresses: { header: "x-real-ip" } }, { client_addresses: { header: "x real" } }],
    ["turn.shared_secret", { turn: { uris: [], shared_secret: "x" } }, { turn: { uris: [] } }],
  ])("takes of %s what it may be, and nothing past that", (name, good, bad) => {
    expect(refusal(good)).toBe("");
    expect(refusal(bad)).toContain(name);
  });

  it("takes no key that it does not know, at any depth, but for settings of features to come", () => {
    for (const bad of [{ x: 1 }, { media: { x: 1 } }, { media: { url_previews: { x: 1 } } }, { listeners: [{ port: 1, x: 1 }] }])
      expect(refusal(bad)).toContain("x");
    for (const good of [{ smtp: { x: 1 } }, { oidc: [{ x: 1 }] }, { push: { x: { y: 1 } } }]) expect(refusal(good)).toBe("");
    expect(ConfigSchema["~standard"].validate({ testing: true })).toMatchObject({ value: { testing: true } });
  });
});

it("says which key of a bucket is missing, and where its secret may come from", () => {
  const { bucket: _bucket, secret_access_key: _secret, ...rest } = s3({}).media.s3;
  expect(refusal({ media: { s3: rest } }).split("\n")).toEqual([
    "media.s3.bucket: expected the name of a bucket",
    "media.s3.secret_access_key: expected the secret of the key, here or in PATRIX_MEDIA__S3__SECRET_ACCESS_KEY",
  ]);
});

describe("what the schema says of a path", () => {
  it("is which keys belong there, through lists and defaults", () => {
    expect(knownKeys([])).toContain("server_name");
    expect(knownKeys(["media", "url_previews"])).toEqual(Object.keys(parseConfig({}).media.url_previews).toSpliced(3, 0, "allow_hosts"));
    expect(knownKeys(["listeners", 0])).toEqual(["host", "port", "tls", "resources"]);
    expect(knownKeys(["listeners", 0, "tls"])).toEqual(["cert_path", "key_path"]);
    for (const path of [["listeners"], ["server_name"], ["server_name", "x"], ["nowhere"], ["smtp"], [0]])
      expect(knownKeys(path)).toEqual([]);
  });

  it("is whether a text stands there, which stays one though it looks like a number", () => {
    expect([["server_name"], ["registration", "shared_secret"], ["database", "url"]].map(isTextKey)).toEqual([true, true, true]);
    const others = [
      [],
      ["testing"],
      ["cluster", "shards"],
      ["admins"],
      ["registration"],
      ["passwords", "cost"],
      ["smtp", "host"],
      ["x", "y"],
    ];
    expect(others.filter(isTextKey)).toEqual([]);
  });

  it("is whether the text is a secret, in lists too", () => {
    const secrets = [
      ["media", "s3", "secret_access_key"],
      ["media", "s3", "session_token"],
      ["registration", "shared_secret"],
      ["registration", "tokens"],
      ["passwords", "pepper"],
      ["turn", "shared_secret"],
    ];
    expect(secrets.filter((path) => !isSecretPath(path))).toEqual([]);
    expect(valuePaths().filter(isSecretPath).map(String)).toEqual(secrets.map(String));
    expect([[], ["registration"], ["nowhere"], ["smtp", "password"]].filter(isSecretPath)).toEqual([]);
  });

  it("is whether its form is left open", () => {
    expect([["smtp", "host"], ["oidc", "issuer"], ["nowhere"], ["server_name", "x"]].filter((path) => !isOpaquePath(path))).toEqual([]);
    expect([[], ["smtp"], ["oidc"], ["listeners", "tls", "cert_path"], ["server_name"]].filter(isOpaquePath)).toEqual([]);
  });

  it("is among all that hold a value, without the places in lists", () => {
    const paths = valuePaths().map((path) => path.join("."));
    expect(new Set(paths).size).toBe(paths.length);
    for (const path of ["server_name", "listeners.tls.key_path", "listeners.port", "smtp", "oidc", "rate_limits.other.burst", "admins"])
      expect(paths).toContain(path);
    for (const path of ["listeners", "media", "rate_limits.other", "registration"]) expect(paths).not.toContain(path);
  });
});
