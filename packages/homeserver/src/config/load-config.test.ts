import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfig, parseConfig } from "./load-config.ts";
import { printConfig } from "./print-config.ts";

describe("configuration", () => {
  it("starts without a file, with registration open", async () => {
    const config = await loadConfig();
    expect(config.server_name).toBe("localhost");
    expect(config.listeners).toEqual([{ host: "127.0.0.1", port: 8008 }]);
    expect(config.registration.enabled).toBe(true);
    expect(config.rate_limits.enabled).toBe(true);
  });

  it("reads YAML, where registration is closed unless it says otherwise, and the environment over it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "patrix-config-"));
    const path = join(folder, "config.yaml");
    writeFileSync(path, "server_name: example.org\nlisteners:\n  - port: 80\n");
    const config = await loadConfig(path, { PATRIX_DATABASE__URL: "sqlite:/x.db", PATRIX_CLUSTER__SHARDS: "4", HOME: "/" });
    expect(config.registration.enabled).toBe(false);
    expect(config.listeners).toEqual([{ host: "127.0.0.1", port: 80 }]);
    expect(config.database.url).toBe("sqlite:/x.db");
    expect(config.cluster.shards).toBe(4);
    rmSync(folder, { recursive: true });
  });

  it("reads JSON, whose numbers may be of any form, and refuses a key that is there twice, with its place", async () => {
    const folder = mkdtempSync(join(tmpdir(), "patrix-config-"));
    const path = join(folder, "config.json");
    writeFileSync(path, '{ "server_name": "example.org", "listeners": [{ "port": 8.0e1 }] }');
    expect(await loadConfig(path, {})).toMatchObject({ server_name: "example.org", listeners: [{ port: 80 }] });
    writeFileSync(path, '{ "server_name": "example.org",\n  "server_name": "other.org" }');
    await expect(loadConfig(path, {})).rejects.toThrow(/neither YAML nor JSON: DUPLICATE_KEY in line 2, column 3/);
    rmSync(folder, { recursive: true });
  });

  it("keeps text from the environment as text, and passes over variables that are like no key", async () => {
    const environment = { PATRIX_REGISTRATION__SHARED_SECRET: "12345", PATRIX_SERVICE_HOST: "10.0.0.1", PATRIX_PORT: "tcp://10.0.0.1:80" };
    expect((await loadConfig(undefined, environment)).registration.shared_secret).toBe("12345");
    await expect(loadConfig(undefined, { PATRIX_SERVR_NAME: "x" })).rejects.toThrow(/PATRIX_SERVR_NAME.*did you mean PATRIX_SERVER_NAME\?/);
    await expect(loadConfig(undefined, { PATRIX_REGISTRATION__ENABLD: "true" })).rejects.toThrow(/registration\.enabld/);
  });

  it("names the nearest key for one that does not exist, at every level", () => {
    expect(() => parseConfig({ sever_name: "x" })).toThrow(/sever_name: there is no such key; did you mean server_name\?/);
    expect(() => parseConfig({ registration: { enabld: true } })).toThrow(/registration\.enabld.*did you mean enabled\?/);
    expect(() => parseConfig({ listeners: [{ prt: 1 }] })).toThrow(/listeners\.0\.prt.*did you mean port\?/);
  });

  it("refuses wrong values by name, and fast passwords outside tests", () => {
    expect(() => parseConfig({ listeners: [{ port: 99_999 }] })).toThrow(/listeners\.0\.port/);
    expect(() => parseConfig({ server_name: "not a name" })).toThrow(/server_name/);
    for (const url of ["mysql://db/x", "sqlite:", "/x.db", "postgres"])
      expect(() => parseConfig({ database: { url } })).toThrow(/database\.url: expected sqlite: and a path, or postgres:\/\//);
    expect(() => parseConfig({ passwords: { cost: "fast" } })).toThrow(/testing/);
    for (const localpart of ["", "Notices", "@a:b", "a".repeat(201)])
      expect(() => parseConfig({ server_notices: { localpart } })).toThrow(/server_notices\.localpart: expected the localpart/);
  });

  it("prints itself without secrets", async () => {
    const config = parseConfig({
      registration: { shared_secret: "hush", tokens: ["hush"] },
      smtp: { password: "hush" },
      database: { url: "postgres://me:hush@db/x" },
    });
    const printed = await printConfig(config);
    expect(printed).not.toContain("hush");
    expect(printed).toContain("tokens_required: false");
    expect(printed).toContain("algorithm: argon2id");
  });
});
