import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testHomeserver } from "../src/testing/index.ts";

let folder: string;
let umask: number;
beforeEach(async () => {
  umask = process.umask(0o022);
  folder = await mkdtemp(join(tmpdir(), "patrix-data-"));
});
afterEach(async () => {
  process.umask(umask);
  await rm(folder, { recursive: true, force: true });
});

/** Every file and folder below a folder that others may read. */
async function readableByOthers(path: string): Promise<string[]> {
  const names = await readdir(path, { recursive: true });
  const modes = await Promise.all(names.map(async (name) => [name, (await stat(join(path, name))).mode & 0o077] as const));
  return modes.filter(([, mode]) => mode !== 0).map(([name]) => name);
}

const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9Qz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC",
  "base64",
);

describe("S14: the data folder", () => {
  it("is for this user alone, whatever the umask: database, journals, media and thumbnails", async () => {
    const dataDir = join(folder, "data");
    const server = await testHomeserver({ dataDir });
    const alice = await server.register("alice");
    const upload = await fetch(`${server.url}/_matrix/media/v3/upload`, {
      method: "POST",
      headers: { authorization: `Bearer ${alice.accessToken}`, "content-type": "image/png" },
      body: png,
    });
    const { content_uri: uri } = (await upload.json()) as { content_uri: string };
    const thumbnail = `/_matrix/client/v1/media/thumbnail/${uri.slice("mxc://".length)}?width=5&height=5&method=crop`;
    expect((await server.request("GET", thumbnail, undefined, alice.accessToken)).status).toBe(200);
    expect((await readdir(dataDir, { recursive: true })).length).toBeGreaterThan(5);
    expect(await readableByOthers(folder)).toEqual([]);
    await server.stop();
  });
});

describe("S13: data in use", () => {
  it("is refused to a second server at once, in this process and in another, and free again after a kill", async () => {
    const dataDir = join(folder, "data");
    const script = new URL("kill/hold-data.ts", import.meta.url).pathname;
    const other = spawn(process.execPath, ["-C", "@patrix/source", script, dataDir], { stdio: ["ignore", "pipe", "inherit"] });
    await once(other.stdout, "data");
    await expect(testHomeserver({ dataDir })).rejects.toMatchObject({ code: "DATA_IN_USE" });
    other.kill("SIGKILL");
    await once(other, "exit");
    const server = await testHomeserver({ dataDir });
    await expect(testHomeserver({ dataDir })).rejects.toMatchObject({ code: "DATA_IN_USE" });
    await server.stop();
    await (await testHomeserver({ dataDir })).stop();
  });
});

describe("S24: the number of a device that was deleted last", () => {
  it("is not given to another after a restart: its transaction IDs stay its own", async () => {
    const dataDir = join(folder, "data");
    const first = await testHomeserver({ dataDir });
    const alice = await first.register("alice");
    const { body: room } = await first.request<{ room_id: string }>(
      "POST",
      "/_matrix/client/v3/createRoom",
      { preset: "public_chat" },
      alice.accessToken,
    );
    const path = `/_matrix/client/v3/rooms/${room.room_id}`;
    await first.request("PUT", `${path}/send/m.room.message/secret-txn`, { body: "x", msgtype: "m.text" }, alice.accessToken);
    await first.request("POST", "/_matrix/client/v3/logout", {}, alice.accessToken);
    await first.stop();
    const second = await testHomeserver({ dataDir });
    const bob = await second.register("bob");
    await second.request("POST", `${path}/join`, {}, bob.accessToken);
    const { body } = await second.request<object>("GET", `${path}/messages?dir=b`, undefined, bob.accessToken);
    expect(JSON.stringify(body)).toContain('"body":"x"');
    expect(JSON.stringify(body)).not.toContain("secret-txn");
    await second.stop();
  });
});
