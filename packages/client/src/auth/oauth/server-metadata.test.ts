import type { GetAuthMetadataResponse } from "@patrix/client-api";
import { describe, expect, it } from "vitest";
import { checkServerMetadata } from "./server-metadata.ts";

const metadata: GetAuthMetadataResponse = {
  issuer: "https://account.example.com/",
  authorization_endpoint: "https://account.example.com/authorize?lang=en",
  token_endpoint: "https://other.example.org/oauth2/token",
  revocation_endpoint: "https://account.example.com/oauth2/revoke",
  registration_endpoint: "https://account.example.com/oauth2/registration",
  response_types_supported: ["code", "id_token"],
  grant_types_supported: ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
  response_modes_supported: ["query", "fragment"],
  code_challenge_methods_supported: ["plain", "S256"],
};
const [remote, local] = ["https://hs.example.com", "http://127.0.0.1:8008"];

describe("the metadata of an authorization server", () => {
  it("are taken as the specification has them, on whatever hosts", () => {
    checkServerMetadata(metadata, remote);
    checkServerMetadata(metadata, local);
  });

  it.each<[keyof GetAuthMetadataResponse, unknown]>([
    ["issuer", "http://account.example.com/"],
    ["issuer", "account.example.com"],
    ["issuer", "https://account.example.com/?tenant=1"],
    ["issuer", "https://account.example.com/#a"],
    ["authorization_endpoint", "javascript:alert(1)//https://account.example.com"],
    ["authorization_endpoint", "data:text/html,x"],
    ["authorization_endpoint", "https://account.example.com/#/authorize"],
    ["authorization_endpoint", "https://user@account.example.com/"],
    ["token_endpoint", "http://account.example.com/token"],
    ["token_endpoint", "http://127.0.0.1:631/token"],
    ["token_endpoint", "https://:secret@account.example.com/token"],
    ["revocation_endpoint", ""],
    ["revocation_endpoint", "/oauth2/revoke"],
    ["registration_endpoint", `https://account.example.com/${"x".repeat(2048)}`],
    ["response_types_supported", ["token"]],
    ["grant_types_supported", ["authorization_code"]],
    ["grant_types_supported", ["refresh_token"]],
    ["grant_types_supported", []],
    ["code_challenge_methods_supported", ["plain"]],
  ])("are refused by the name of the field: %s %j", (field, value) => {
    const hostile: GetAuthMetadataResponse = { ...metadata, [field]: value };
    expect(() => checkServerMetadata(hostile, remote)).toThrow(
      expect.objectContaining({ code: "OAUTH_UNUSABLE", message: expect.stringContaining(`: ${field}: `) }),
    );
  });

  it("may name plain HTTP on this machine only if the homeserver is there itself, without HTTPS", () => {
    for (const host of ["127.0.0.1", "localhost", "[::1]"]) {
      const near = { ...metadata, token_endpoint: `http://${host}:9000/token` };
      checkServerMetadata(near, local);
      for (const homeserver of [remote, "http://hs.example.com", "https://127.0.0.1:8448"])
        expect(() => checkServerMetadata(near, homeserver)).toThrow("token_endpoint");
    }
  });
});
