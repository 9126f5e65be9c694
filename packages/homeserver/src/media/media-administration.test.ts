import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { type ComposedDevices, openDevices } from "../../tests/composed-devices.ts";
import { files, get, upload } from "../../tests/media-requests.ts";

const DAY_MS = 86_400_000;
const admin = "/../_synapse/admin/v1";
const picture = (background: string) =>
  sharp({ create: { width: 50, height: 50, channels: 3, background } })
    .png()
    .toBuffer();

async function open(config: Readonly<Record<string, unknown>> = {}, now?: () => number): Promise<ComposedDevices> {
  const server = await openDevices({ admins: ["@root:example.org"], ...config }, now && { clock: { now } });
  await server.login("@alice:example.org", "A1");
  await server.login("@root:example.org", "ROOT");
  return server;
}

const ask = (server: ComposedDevices, method: string, path: string) => server.request(method, admin + path, undefined, "ROOT");
const statusOf = async (server: ComposedDevices, path: string): Promise<number> => (await get(server, path)).status;

describe("media in quarantine", () => {
  it("are had by nobody under any ID, nor uploaded again, until they are released", async () => {
    await using server = await open();
    const image = await picture("red");
    const [one, two] = [await upload(server, image, "image/png"), await upload(server, image, "image/png")];
    const other = await upload(server, await picture("blue"), "image/png");
    expect(await statusOf(server, `thumbnail/${one}?width=32&height=32&method=crop`)).toBe(200);
    expect((await ask(server, "POST", `/media/quarantine/${one}`)).body).toEqual({});
    for (const path of [`download/${one}`, `download/${two}/x.png`, `thumbnail/${one}?width=32&height=32&method=crop`])
      expect(await get(server, path)).toMatchObject({ status: 404, body: { errcode: "M_NOT_FOUND" } });
    const again = await server.request("POST", "/media/v3/upload", image, "A1");
    expect(again).toMatchObject({ status: 403, body: { errcode: "M_FORBIDDEN" } });
    const { content_uri: uri } = (await server.request("POST", "/media/v1/create", {}, "A1")).body;
    const pending = uri.slice("mxc://".length);
    expect((await server.request("PUT", `/media/v3/upload/${pending}`, image, "A1")).status).toBe(403);
    expect(await statusOf(server, `download/${pending}?timeout_ms=0`)).toBe(504);
    expect(await statusOf(server, `download/${other}`)).toBe(200);
    await ask(server, "POST", `/media/unquarantine/${two}`);
    for (const file of [one, two]) expect(await statusOf(server, `download/${file}`)).toBe(200);
    expect((await server.request("PUT", `/media/v3/upload/${pending}`, image, "A1")).status).toBe(200);
  });

  it("are those that there are", async () => {
    await using server = await open();
    for (const [method, path] of [
      ["POST", "/media/quarantine/example.org/none"],
      ["POST", "/media/unquarantine/example.org/none"],
      ["DELETE", "/media/example.org/none"],
    ] as const)
      expect(await ask(server, method, path)).toMatchObject({ status: 404, body: { errcode: "M_NOT_FOUND" } });
  });
});

describe("media that are removed", () => {
  it("go with their content and thumbnails once no other ID has the same", async () => {
    await using server = await open();
    const image = await picture("red");
    const [one, two] = [await upload(server, image, "image/png"), await upload(server, image, "image/png")];
    expect(await statusOf(server, `thumbnail/${one}?width=32&height=32&method=crop`)).toBe(200);
    expect((await ask(server, "DELETE", `/media/${one}`)).body).toEqual({ deleted_media: [one.split("/")[1]], total: 1 });
    expect([await statusOf(server, `download/${one}`), await statusOf(server, `download/${two}`)]).toEqual([404, 200]);
    expect(await files(server.mediaFolder)).toHaveLength(2);
    await ask(server, "DELETE", `/media/${two}`);
    expect(await files(server.mediaFolder)).toEqual([]);
  });

  it("are those that nobody has asked for, but for avatars and what is in quarantine", async () => {
    let nowMs = Date.UTC(2026, 0, 1);
    await using server = await open({}, () => nowMs);
    const colours = ["red", "green", "blue", "white", "black"];
    const uploads: string[] = [];
    for (const colour of colours) uploads.push(await upload(server, await picture(colour), "image/png"));
    const [avatar = "", quarantined = "", used = "", old = "", small = ""] = uploads;
    await server.request("PUT", "/client/v3/profile/@alice:example.org/avatar_url", { avatar_url: `mxc://${avatar}` }, "A1");
    await ask(server, "POST", `/media/quarantine/${quarantined}`);
    nowMs += 10 * DAY_MS;
    expect(await statusOf(server, `download/${used}`)).toBe(200);
    const young = await upload(server, new TextEncoder().encode("young"), "text/plain");
    nowMs += DAY_MS;
    const before = nowMs - 5 * DAY_MS;
    const idOf = (file: string): string => file.split("/")[1] ?? "";
    const dry = await ask(server, "POST", `/media/delete?before_ts=${before}&dry_run=true`);
    expect(dry.body.total).toBe(2);
    expect(new Set(dry.body.deleted_media)).toEqual(new Set([idOf(old), idOf(small)]));
    expect(await statusOf(server, `download/${old}`)).toBe(200);
    // It was asked for just now.
    expect((await ask(server, "POST", `/media/delete?before_ts=${before}`)).body).toEqual({ deleted_media: [idOf(small)], total: 1 });
    expect((await ask(server, "POST", `/media/delete?before_ts=${nowMs + 1}&size_gt=1000000`)).body.total).toBe(0);
    expect((await ask(server, "POST", `/media/delete?before_ts=${nowMs + 1}`)).body.total).toBe(3);
    expect([await statusOf(server, `download/${avatar}`), await statusOf(server, `download/${young}`)]).toEqual([200, 404]);
    await ask(server, "POST", `/media/unquarantine/${quarantined}`);
    expect(await statusOf(server, `download/${quarantined}`)).toBe(200);
    expect(await files(join(server.mediaFolder, "content"))).toHaveLength(2);
    expect((await ask(server, "POST", "/media/delete")).status).toBe(400);
  });

  it("are removed by the server itself where the configuration says after how many days", async () => {
    let nowMs = Date.now();
    for (const [retention, remaining] of [
      [{}, 1],
      [{ remote_days: 1 }, 1],
      [{ local_days: 6 }, 1],
      [{ local_days: 5 }, 0],
    ] as const) {
      await using server = await open({ media: { retention } }, () => nowMs);
      await upload(server, new Uint8Array([1]), "image/png");
      nowMs += 5 * DAY_MS + 1;
      await server.media.administration.enforce(retention);
      expect(await files(join(server.mediaFolder, "content"))).toHaveLength(remaining);
    }
  });
});

it("the media of a user are listed in pages, newest first", async () => {
  let nowMs = Date.now();
  await using server = await open({}, () => nowMs++);
  const uploads: string[] = [];
  for (let i = 0; i < 3; i++) uploads.push(await upload(server, new Uint8Array([i]), "image/png", `${i}.png`));
  const list = async (query: string) => (await ask(server, "GET", `/users/@alice:example.org/media${query}`)).body;
  const page = await list("?limit=2");
  expect([page.media.length, page.next_token]).toEqual([2, 2]);
  expect(page.media[0]).toMatchObject({
    media_id: uploads[2]?.split("/")[1],
    media_type: "image/png",
    media_length: 1,
    upload_name: "2.png",
    quarantined: false,
  });
  const rest = await list("?limit=2&from=2");
  expect([rest.media.length, rest.next_token]).toEqual([1, undefined]);
  expect((await ask(server, "GET", "/users/@nobody:example.org/media")).body).toEqual({ media: [] });
});
