import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfig, parseConfig } from "./load-config.ts";
import { printConfig } from "./print-config.ts";
import { isSecretPath, valuePaths } from "./schema.ts";

/** What the schema says of a path where a text would be refused. */
const refusesText = (settings: object): boolean => {
  try {
    parseConfig(settings);
    return false;
  } catch {
    return true;
  }
};

/** Settings with a value at a path, and whatever else the objects on the way need. */
function at(path: readonly string[], value: unknown): object {
  const beside: Record<string, object> = {
    listeners: { host: "x", port: 1 },
    tls: { cert_path: "a", key_path: "b" },
    turn: { uris: [], shared_secret: "x" },
    s3: { bucket: "media", access_key_id: "x", secret_access_key: "x" },
  };
  const lists = new Set(["listeners"]);
  return path.reduceRight<unknown>((inner, key, index) => {
    const object = typeof inner === "object" && index < path.length - 1 ? inner : value;
    const filled = index < path.length - 1 && beside[key] && typeof object === "object" ? { ...beside[key], ...object } : object;
    return { [key]: lists.has(key) && index < path.length - 1 ? [filled] : filled };
  }, value) as object;
}

describe("the printed configuration", () => {
  it("shows no secret, wherever in the schema one is put", async () => {
    const secret = "h@sh:hus/h";
    const planted = [secret, [secret], { key: secret, "x-api-key": [secret], deep: { pwd: secret, host: secret } }, [{ jwt_key: secret }]];
    let placed = 0;
    for (const path of valuePaths())
      for (const value of planted) {
        const settings = at(path, value);
        // Plain text elsewhere is what people want to see.
        const isText = !isSecretPath(path) && (value === secret || value === planted[1]);
        if (isText || refusesText(settings)) continue;
        placed += 1;
        const printed = await printConfig(parseConfig(settings));
        expect(printed, path.join(".")).not.toMatch(/h@sh|hus/);
        expect(printed).toContain("(hidden)");
      }
    // Six settings are left open, and six texts are secrets.
    expect(placed).toBe(12);
  });

  it("marks every key that is named like a secret, or says here why not", () => {
    const plain = new Set([
      "passwords.algorithm",
      "passwords.cost",
      "passwords.min_length",
      "registration.tokens_required",
      "signing_key_path",
      // A public one.
      "well_known.policy_server_key",
      "listeners.tls.key_path",
      // A name, which is sent with each request.
      "media.s3.access_key_id",
      "federation.trusted_key_servers",
      "daily_limits.keyChangesPerDay",
      // The keys that others check signatures by.
      "old_signing_keys.key_id",
      "old_signing_keys.public_key",
      "old_signing_keys.expired_ts",
    ]);
    const named = valuePaths().filter((path) => /secret|passw|token|key|pwd|credential/.test(path.join(".")));
    expect(named.filter((path) => !isSecretPath(path) && !plain.has(path.join(".")))).toEqual([]);
  });

  it.each([
    ["postgres://me:p@ss/w:rd@db.example.org/patrix", "postgres://me:(hidden)@db.example.org/patrix"],
    ["nats://atoken@bus.example.org", "nats://(hidden)@bus.example.org"],
    ["postgres://db/patrix?user=me&password=hush&sslkey=x", "postgres://db/patrix?user=me&password=(hidden)&sslkey=(hidden)"],
    ["host=db password='hu sh' user=me", "host=db password=(hidden) user=me"],
    ["sqlite:/var/lib/patrix/a.db", "sqlite:/var/lib/patrix/a.db"],
  ])("prints the URL %s as %s", async (url, expected) => {
    expect(await printConfig(parseConfig({ cluster: { bus: url } }))).toContain(`bus: ${expected}`);
  });

  it("of a file that is no YAML names the place and not the line", async () => {
    const folder = mkdtempSync(join(tmpdir(), "patrix-config-"));
    const path = join(folder, "config.yaml");
    writeFileSync(path, 'server_name: x\nregistration:\n  shared_secret: "hush\n');
    let caught: unknown;
    try {
      await loadConfig(path);
    } catch (error) {
      caught = error;
    }
    rmSync(folder, { recursive: true });
    expect(String(caught)).toMatch(/neither YAML nor JSON: [A-Z_]+ in line \d+, column \d+$/);
    expect(`${String(caught)} ${JSON.stringify(caught)} ${String((caught as Error).cause)}`).not.toContain("hush");
  });
});
