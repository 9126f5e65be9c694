import { describe, expect, it } from "vitest";
import { configWarnings } from "./config-warnings.ts";
import { parseConfig } from "./load-config.ts";

const honest = { federation: { enabled: false }, presence: { enabled: false } };

describe("warnings about a configuration", () => {
  it("are none where it promises nothing that is not there", () => {
    expect(configWarnings(parseConfig(honest))).toEqual([]);
  });

  it("name the keys that have no effect, and no others", () => {
    const coming = (settings: object): string[] => configWarnings(parseConfig({ ...honest, ...settings }));
    expect(coming({ smtp: { host: "x" }, oidc: [] })).toEqual(["smtp is set, but its feature is still to come"]);
    expect(coming({ federation: { trusted_ca_path: "ca.pem" } })).toEqual([]);
    expect(coming({ media: { dynamic_thumbnails: false }, public_rooms: { without_auth: true } })).toEqual([]);
  });

  it("say that registration is open, unless it needs a token or the server is for tests", () => {
    const open = { ...honest, registration: { enabled: true } };
    expect(configWarnings(parseConfig(open))).toEqual([expect.stringContaining("registration is open")]);
    expect(configWarnings(parseConfig({ ...open, testing: true }))).toEqual([]);
    expect(configWarnings(parseConfig({ ...honest, registration: { enabled: true, tokens_required: true } }))).toEqual([]);
  });
});
