import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { testHomeserver } from "../testing/index.ts";
import { SharedSecretRegistration, type SharedSecretRequest } from "./shared-secret-registration.ts";

const path = "/_synapse/admin/v1/register";
let now = 1_000_000;
const registration = (): SharedSecretRegistration => new SharedSecretRegistration("hush", { now: () => now });

/** A request with the code that an administrator's tool makes. */
function signed(nonce: string, more: Partial<SharedSecretRequest> = {}, secret = "hush"): SharedSecretRequest {
  const { username = "alice", password = "secret", admin, user_type: userType } = more;
  const parts = [nonce, username, password, admin === true ? "admin" : "notadmin", ...(userType === undefined ? [] : [userType])];
  const mac = createHmac("sha1", secret).update(parts.join("\0")).digest("hex");
  return { nonce, username, password, admin, user_type: userType, mac, ...more };
}

const unknown = expect.objectContaining({ name: "AccountError", code: "UNKNOWN_NONCE" }) as Error;
const wrong = expect.objectContaining({ name: "AccountError", code: "WRONG_CREDENTIALS" }) as Error;

describe("a registration by shared secret", () => {
  it("is for one user, by a code over everything it says", () => {
    const registered = registration();
    for (const more of [{}, { admin: false }, { admin: true }, { user_type: "bot" }, { admin: true, user_type: "" }])
      registered.check(signed(registered.createNonce(), more));
    const request = signed(registered.createNonce());
    for (const changed of [{ username: "bob" }, { password: "other" }, { admin: true }, { user_type: "" }, { mac: "" }, { mac: "zz" }])
      expect(() => registered.check({ ...request, ...changed })).toThrow(wrong);
    expect(() => registered.check(signed(registered.createNonce(), {}, "another secret"))).toThrow(wrong);
    registered.check(request);
  });

  it("spends its nonce with the right code alone", () => {
    const registered = registration();
    const nonce = registered.createNonce();
    expect(() => registered.check({ ...signed(nonce), mac: "00" })).toThrow(wrong);
    registered.check(signed(nonce));
    expect(() => registered.check(signed(nonce, { username: "bob" }))).toThrow(unknown);
  });

  it("takes only nonces of its own, for a minute, and none twice within it", () => {
    const registered = registration();
    const [expires = "", random = "", signature = ""] = registered.createNonce().split(".");
    const later = String(Number(expires) + 1);
    for (const nonce of ["", "x", `${later}.${random}.${signature}`, `${expires}.${random}`, `${expires}.0${random}.${signature}`])
      expect(() => registered.check(signed(nonce))).toThrow(unknown);
    expect(() => registered.check(signed(registration().createNonce()))).toThrow(unknown);
    const [inTime, late] = [registered.createNonce(), registered.createNonce()];
    now += 60_000;
    registered.check(signed(inTime));
    registered.check(signed(registered.createNonce()));
    expect(() => registered.check(signed(inTime))).toThrow(unknown);
    now += 1;
    expect(() => registered.check(signed(late))).toThrow(unknown);
  });

  it("keeps a nonce good for its minute, however many others are asked for", () => {
    const registered = registration();
    const nonce = registered.createNonce();
    for (let i = 0; i < 5_000; i++) registered.createNonce();
    registered.check(signed(nonce));
  });

  it("has no NUL in what the code separates by NUL", () => {
    const registered = registration();
    for (const more of [{ username: "a\0b" }, { password: "a\0b" }, { user_type: "a\0b" }])
      expect(() => registered.check(signed(registered.createNonce(), more))).toThrow(
        expect.objectContaining({ code: "INVALID_REGISTRATION" }) as Error,
      );
  });

  it("makes an account as Synapse's tools do, each nonce once", async () => {
    await using server = await testHomeserver();
    const { nonce } = (await server.request("GET", path)).body;
    const body = signed(String(nonce), { username: "root", password: "secret", admin: true }, "shared");
    expect((await server.request("POST", path, body)).body.user_id).toBe("@root:localhost");
    expect((await server.request("POST", path, body)).status).toBe(400);
  });
});
