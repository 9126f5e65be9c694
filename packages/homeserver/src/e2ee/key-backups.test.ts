import { describe, expect, it } from "vitest";
import { openDevices } from "../../tests/composed-devices.ts";
import { v3 } from "../../tests/device-requests.ts";
import { limits } from "../limits.ts";
import { operation } from "../store/statement.ts";
import { updateKeyBackupCount } from "../store/statements/key-backup.ts";

const ALICE = "@alice:example.org";
const BOB = "@bob:example.org";

describe("key backups", () => {
  const session = (index: number, verified = false, forwarded = 0) => ({
    first_message_index: index,
    forwarded_count: forwarded,
    is_verified: verified,
    session_data: { index },
  });
  const room = encodeURIComponent("!room:example.org");
  const algorithm = "m.megolm_backup.v1.curve25519-aes-sha2";

  it("keep the better key, count, and change their etag when a key changes", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    const call = (method: string, path: string, body?: object) => server.request(method, `${v3}/room_keys${path}`, body, "A1");
    expect((await call("GET", "/version")).status).toBe(404);
    expect((await call("PUT", "/keys?version=1", { rooms: {} })).status).toBe(404);
    expect((await call("POST", "/version", { algorithm, auth_data: { a: 1 } })).body).toEqual({ version: "1" });
    const put = (data: object) => call("PUT", `/keys/${room}/s1?version=1`, data);
    expect((await put(session(5))).body).toEqual({ etag: "1", count: 1 });
    expect((await put(session(7))).body).toEqual({ etag: "1", count: 1 });
    expect((await put(session(9, true))).body).toEqual({ etag: "2", count: 1 });
    expect((await put(session(1))).body).toEqual({ etag: "2", count: 1 });
    expect((await call("GET", `/keys/${room}/s1?version=1`)).body).toEqual(session(9, true));
    expect((await call("PUT", `/keys/${room}?version=1`, { sessions: { s2: session(0) } })).body.count).toBe(2);
    expect((await call("PUT", "/keys?version=1", { rooms: { "!r2:example.org": { sessions: { s3: session(0) } } } })).body.count).toBe(3);
    expect((await call("GET", "/keys?version=1")).body).toEqual({
      rooms: {
        "!r2:example.org": { sessions: { s3: session(0) } },
        "!room:example.org": { sessions: { s1: session(9, true), s2: session(0) } },
      },
    });
    expect((await call("DELETE", `/keys/${room}/s1?version=1`)).body.count).toBe(2);
    expect((await call("GET", `/keys/${room}/s1?version=1`)).status).toBe(404);
    expect((await call("DELETE", `/keys/${room}?version=1`)).body.count).toBe(1);
    expect((await call("GET", `/keys/${room}?version=1`)).body).toEqual({ sessions: {} });
    expect((await call("GET", "/version")).body).toMatchObject({ version: "1", count: 1, algorithm, auth_data: { a: 1 } });
    expect((await call("DELETE", "/keys?version=1")).body.count).toBe(0);
  });

  it("take keys for the current version only, and never reuse a version", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    await server.login(BOB, "B1");
    const call = (method: string, path: string, body?: object) => server.request(method, `${v3}/room_keys${path}`, body, "A1");
    for (const version of ["1", "2"]) expect((await call("POST", "/version", { algorithm, auth_data: {} })).body).toEqual({ version });
    expect(await call("PUT", "/keys?version=1", { rooms: {} })).toMatchObject({
      status: 403,
      body: { errcode: "M_WRONG_ROOM_KEYS_VERSION", current_version: "2" },
    });
    expect((await call("PUT", "/version/2", { algorithm: "other", auth_data: {} })).status).toBe(400);
    expect((await call("PUT", "/version/2", { algorithm, auth_data: {}, version: "1" })).status).toBe(400);
    expect((await call("PUT", "/version/2", { algorithm, auth_data: { b: 2 } })).status).toBe(200);
    expect((await call("GET", "/version/2")).body.auth_data).toEqual({ b: 2 });
    expect((await call("DELETE", "/version/2")).status).toBe(200);
    expect((await call("GET", "/version/2")).status).toBe(404);
    expect((await call("GET", "/version")).body.version).toBe("1");
    expect((await call("POST", "/version", { algorithm, auth_data: {} })).body).toEqual({ version: "3" });
    expect((await server.request("GET", `${v3}/room_keys/version/3`, undefined, "B1")).status).toBe(404);
  });

  it("count right when uploads come at the same time", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    await server.request("POST", `${v3}/room_keys/version`, { algorithm, auth_data: {} }, "A1");
    const put = (i: number) => server.request("PUT", `${v3}/room_keys/keys/${room}/s${i % 5}?version=1`, session(i), "A1");
    await Promise.all(Array.from({ length: 20 }, (_, i) => put(i)));
    const { body } = await server.request("GET", `${v3}/room_keys/version`, undefined, "A1");
    expect(body.count).toBe(5);
  });
});

it("bounds the keys of a backup, and lets one take the place of another", async () => {
  await using server = await openDevices();
  const { core, e2ee } = server;
  const { userNid } = await server.login(ALICE, "A1");
  const version = await e2ee.keyBackups.create(userNid, "a", {});
  // So many keys that the last of them alone are sent.
  await core.store.commit([operation(updateKeyBackupCount, userNid, Number(version), 1, limits.backupKeys.value - 1)]);
  const key = { first_message_index: 0, forwarded_count: 0, is_verified: false, session_data: {} };
  const put = (sessionId: string): Promise<{ readonly count: number }> =>
    e2ee.keyBackups.put(userNid, version, [{ roomId: "!a:x", sessionId, key }]);
  expect((await put("last")).count).toBe(limits.backupKeys.value);
  await expect(put("one more")).rejects.toMatchObject({ code: "LIMIT_EXCEEDED", limit: "backupKeys" });
  expect((await put("last")).count).toBe(limits.backupKeys.value);
});
