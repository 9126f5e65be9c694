// Previews of web pages, as users get them.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "@patrix/concurrency";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { limits } from "../../src/limits.ts";
import { type ComposedDevices, openDevices } from "../composed-devices.ts";
import { files, get, upload } from "../media-requests.ts";
import { html, openWeb, type Pages, type Web } from "./web.ts";

const ALICE = "@alice:example.org";

interface Setting extends AsyncDisposable {
  readonly server: ComposedDevices;
  readonly web: Web;
  preview(url: string, token?: string): ReturnType<ComposedDevices["request"]>;
}

async function open(pages: Pages, settings: object = {}, clock?: Clock): Promise<Setting> {
  const web = await openWeb(pages);
  const urlPreviews = { enabled: true, allow_cidrs: ["127.0.0.0/8"], ports: [web.port], ...settings };
  const server = await openDevices({ media: { url_previews: urlPreviews } }, clock && { clock });
  await server.login(ALICE, "A1");
  return {
    server,
    web,
    preview: (url, token = "A1") =>
      server.request(
        "GET",
        `/client/v1/media/preview_url?url=${encodeURIComponent(url.startsWith("/") ? web.url + url : url)}`,
        undefined,
        token,
      ),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await web[Symbol.asyncDispose]();
    },
  };
}

const picture = (width: number, height: number, background = "red") =>
  sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();
const forbidden = { status: 403, body: { errcode: "M_FORBIDDEN" } };
const unfetched = { status: 502, body: { errcode: "M_UNKNOWN", error: "the page could not be fetched" } };

describe("a preview of a page", () => {
  it("has what the page says of itself, with its image as media of this server", async () => {
    const image = await picture(40, 20);
    await using setting = await open({
      "/page": html(
        `<head><title>Page</title><meta property="og:title" content="A &amp; B"><meta property="og:type" content="article">
         <meta property="og:url" content="javascript:alert(1)"><meta property="og:video" content="/v.mp4">
         <meta property="og:image" content="image.png"><meta property="og:image:width" content="9999">
         <meta name="description" content="What it is about"></head>`,
      ),
      "/image.png": html(image, "application/octet-stream"),
    });
    const { server, web, preview } = setting;
    const { status, body } = await preview("/page#part");
    expect(status).toBe(200);
    const { "og:image": uri, ...rest } = body;
    expect(rest).toEqual({
      "og:title": "A & B",
      "og:type": "article",
      "og:video": `${web.url}/v.mp4`,
      "og:description": "What it is about",
      "og:image:type": "image/png",
      "og:image:width": 40,
      "og:image:height": 20,
      "matrix:image:size": image.length,
    });
    expect(web.requests).toEqual(["GET /page", "GET /image.png"]);
    const shown = await get(server, `download/${uri.slice("mxc://".length)}`);
    expect([shown.headers.get("content-type"), Buffer.from(shown.bytes).equals(image)]).toEqual(["image/png", true]);
    for (const path of ["/media/v3", "/media/r0", "/client/unstable/org.matrix.msc3916/media"]) {
      const old = await server.request("GET", `${path}/preview_url?url=${encodeURIComponent(`${web.url}/page`)}&ts=1`, undefined, "A1");
      expect([old.status, old.body]).toEqual([200, body]);
    }
    expect(web.requests).toHaveLength(2);
  });

  it("falls back to Twitter's words, titles, headings and paragraphs", async () => {
    await using setting = await open({
      "/twitter": html(`<title>t</title><meta name="twitter:title" content="T"><meta name="twitter:description" content="D">`),
      "/title": html(`<title> A
        title </title><p>First</p><p>Second</p>`),
      "/heading": html("<h1>Heading</h1>"),
      "/bare": html("nothing"),
    });
    expect((await setting.preview("/twitter")).body).toEqual({ "og:title": "T", "og:description": "D" });
    expect((await setting.preview("/title")).body).toEqual({ "og:title": "A title", "og:description": "First\nSecond" });
    expect((await setting.preview("/heading")).body).toEqual({ "og:title": "Heading" });
    expect((await setting.preview("/bare")).body).toEqual({});
  });

  it.each<[string, string, Uint8Array]>([
    ["what the server says", "text/html; charset=koi8-r", Buffer.concat([Buffer.from("<title>"), Buffer.from([0xcd, 0xc9, 0xd2])])],
    ["what the page says", "text/html", Buffer.concat([Buffer.from("<meta charset=koi8-r><title>"), Buffer.from([0xcd, 0xc9, 0xd2])])],
    [
      "what the page says in the old way",
      "text/html",
      Buffer.concat([
        Buffer.from(`<meta http-equiv="Content-Type" content="text/html; charset=koi8-r"><title>`),
        Buffer.from([0xcd, 0xc9, 0xd2]),
      ]),
    ],
    ["its first bytes", "text/html; charset=koi8-r", Buffer.from("\ufeff<title>мир", "utf16le")],
    ["nothing, which is UTF-8", "text/html", Buffer.from("<title>мир")],
    ["what nobody knows", "text/html; charset=klingon", Buffer.from("<title>мир")],
  ])("reads the text by %s", async (_words, type, bytes) => {
    await using setting = await open({ "/": html(bytes, type) });
    expect((await setting.preview("/")).body).toEqual({ "og:title": "мир" });
  });

  it("reads text of before UTF-8 that does not say so", async () => {
    await using setting = await open({ "/": html(Buffer.from("<title>caf\xe9", "latin1"), "text/html") });
    expect((await setting.preview("/")).body).toEqual({ "og:title": "café" });
  });

  it("is the image itself for an image, and nothing for other things", async () => {
    const image = await picture(4, 3);
    await using setting = await open({
      "/a%20cat.png": html(image, "image/png"),
      "/fake.png": html("<svg/>", "image/svg+xml"),
      "/file": html("{}", "application/json"),
      "/untyped": (response) => void response.writeHead(200).end("<title>x</title>"),
    });
    const { body } = await setting.preview("/a%20cat.png");
    expect(body).toMatchObject({
      "og:title": "a cat.png",
      "og:image:type": "image/png",
      "og:image:width": 4,
      "matrix:image:size": image.length,
    });
    expect(body["og:image"]).toMatch(/^mxc:\/\/example\.org\/[\w-]+$/);
    for (const path of ["/fake.png", "/file", "/untyped"]) expect(await setting.preview(path)).toMatchObject({ status: 200, body: {} });
  });

  it("is shown without an image that is none, cannot be had, or is too large", async () => {
    const page = (image: string) => html(`<title>t</title><meta property="og:image" content="${image}">`);
    await using setting = await open({
      "/1": page("/none.png"),
      "/2": page("/html"),
      "/html": html("x".repeat(100)),
      "/3": page("/announced"),
      "/announced": (response) =>
        void response.writeHead(200, { "content-length": limits.previewImageBytes.value + 1 }).write("\xff\xd8\xff"),
      "/4": page("/large"),
      "/large": (response) =>
        void response.writeHead(200).end(Buffer.alloc(limits.previewImageBytes.value + 1, "\x89PNG\r\n\x1a\n", "latin1")),
      "/5": page("data:image/png;base64,AAAA"),
      "/6": page("http://"),
      "/7": page("/cut"),
      "/cut": (response) =>
        void response.writeHead(200, { "content-length": 100 }).write("\x89PNG\r\n\x1a\n", "latin1", () => response.destroy()),
    });
    for (const path of ["/1", "/2", "/3", "/4", "/5", "/6", "/7"]) expect((await setting.preview(path)).body).toEqual({ "og:title": "t" });
    expect(await files(setting.server.mediaFolder)).toEqual([]);
  });

  it("says that a page could not be fetched, once for a while", async () => {
    await using setting = await open({
      "/error": (response) => void response.writeHead(500).end("<title>x</title>"),
      "/broken": (response) => void response.destroy(),
      "/cut": (response) =>
        void response.writeHead(200, { "content-type": "text/html", "content-length": 99 }).write("<title>", () => response.destroy()),
      "/zip": (response) =>
        void response.writeHead(200, { "content-type": "text/html", "content-encoding": "gzip" }).end("<title>x</title>"),
    });
    for (const path of ["/none", "/error", "/broken", "/cut", "/zip"]) expect(await setting.preview(path)).toMatchObject(unfetched);
    expect(setting.web.requests).toHaveLength(5);
    expect(await setting.preview("/error")).toMatchObject(unfetched);
    expect(setting.web.requests).toHaveLength(5);
    expect(setting.web.headers()).toMatchObject({ "accept-encoding": "identity", "accept-language": "en" });
    expect(Object.keys(setting.web.headers())).not.toContain("authorization");
  });

  it("is fetched once for those who ask at the same time, whatever its fragment, and anew after an hour", async () => {
    const held: (() => void)[] = [];
    let nowMs = Date.now();
    const pages: Pages = { "/": (response) => void held.push(() => html("<title>t</title>")(response)) };
    await using setting = await open(pages, {}, { now: () => nowMs });
    await setting.server.login("@bob:example.org", "B1");
    const asking = [setting.preview("/"), setting.preview("/#a"), setting.preview("/#b", "B1")];
    while (held.length === 0) await new Promise(setImmediate);
    for (const answer of held) answer();
    for (const answer of await Promise.all(asking)) expect(answer).toMatchObject({ status: 200, body: { "og:title": "t" } });
    expect((await setting.preview("/")).status).toBe(200);
    expect(setting.web.requests).toHaveLength(1);
    nowMs += 3_600_000;
    const again = setting.preview("/");
    while (held.length === 1) await new Promise(setImmediate);
    held[1]?.();
    expect((await again).status).toBe(200);
    expect(setting.web.requests).toHaveLength(2);
  });

  it("shares the image of another, and counts for the one who asks", async () => {
    const image = await picture(5, 5);
    const page = html(`<meta property="og:image" content="/i.png">`);
    await using setting = await open({ "/1": page, "/2": page, "/i.png": html(image, "image/png") });
    const [one, two] = [await setting.preview("/1"), await setting.preview("/2")];
    expect(one.body["og:image"]).toBe(two.body["og:image"]);
    expect(await readdir(join(setting.server.mediaFolder, "content"))).toHaveLength(1);
    await using poor = await openDevices({
      media: { url_previews: { enabled: true, allow_cidrs: ["127.0.0.0/8"], ports: [setting.web.port] } },
      daily_limits: { mediaFilesPerDay: 0 },
    });
    await poor.login(ALICE, "A1");
    const refused = await poor.request("GET", `/client/v1/media/preview_url?url=${setting.web.url}/1`, undefined, "A1");
    expect([refused.status, refused.body]).toEqual([200, {}]);
    const direct = await poor.request("GET", `/client/v1/media/preview_url?url=${setting.web.url}/i.png`, undefined, "A1");
    expect(direct).toMatchObject(forbidden);
  });

  it("is had by nobody where previews are off, which they are unless the operator wants them", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    expect(await server.request("GET", "/client/v1/media/preview_url?url=https://example.org", undefined, "A1")).toMatchObject(forbidden);
    expect(await server.request("GET", "/client/v1/media/preview_url", undefined, "A1")).toMatchObject({ status: 400 });
    expect(await server.request("GET", "/client/v1/media/preview_url?url=https://example.org")).toMatchObject({ status: 401 });
  });
});

describe("images of previews", () => {
  it("go when there is no room, the oldest first, and their previews with them", async () => {
    const image = await picture(5, 5);
    const large = await picture(50, 50, "blue");
    const page = (path: string) => html(`<meta property="og:image" content="${path}">`);
    await using setting = await open(
      { "/1": page("/i"), "/2": page("/j"), "/i": html(image, "image/png"), "/j": html(large, "image/png") },
      { cache_size: large.length },
    );
    const one = await setting.preview("/1");
    expect(await files(setting.server.mediaFolder)).toHaveLength(1);
    const two = await setting.preview("/2");
    expect(await files(setting.server.mediaFolder)).toHaveLength(1);
    const path = (body: { "og:image": string }) => `download/${body["og:image"].slice("mxc://".length)}`;
    expect((await get(setting.server, path(one.body))).status).toBe(404);
    expect((await get(setting.server, path(two.body))).status).toBe(200);
    expect((await setting.preview("/1")).body["og:image"]).not.toBe(one.body["og:image"]);
    expect(setting.web.requests.filter((line) => line === "GET /1")).toHaveLength(2);
  });

  it("go days after the last preview that showed them, and stay where a user has uploaded the same", async () => {
    let nowMs = Date.now();
    const [image, other] = [await picture(5, 5), await picture(6, 6)];
    const pages: Pages = { "/i": html(image, "image/png"), "/j": html(other, "image/png") };
    await using setting = await open(pages, {}, { now: () => nowMs });
    const { server } = setting;
    const uris = [(await setting.preview("/i")).body["og:image"], (await setting.preview("/j")).body["og:image"]];
    const own = await upload(server, image, "image/png");
    await server.media.previewImages.prune();
    expect(await files(join(server.mediaFolder, "content"))).toHaveLength(2);
    nowMs += 3 * 86_400_000 + 1;
    await server.media.previewImages.prune();
    expect(await files(join(server.mediaFolder, "content"))).toHaveLength(1);
    for (const uri of uris) expect((await get(server, `download/${uri.slice("mxc://".length)}`)).status).toBe(404);
    expect((await get(server, `download/${own}`)).status).toBe(200);
  });

  it("that are being uploaded while the same go are there afterwards", async () => {
    let nowMs = Date.now();
    const image = await picture(5, 5);
    await using setting = await open({ "/i": html(image, "image/png") }, {}, { now: () => nowMs });
    const { server } = setting;
    for (let round = 0; round < 20; round++) {
      nowMs += 4 * 86_400_000;
      expect((await setting.preview("/i")).status).toBe(200);
      nowMs += 4 * 86_400_000;
      const [own] = await Promise.all([upload(server, image, "image/png"), server.media.previewImages.prune()]);
      expect((await get(server, `download/${own}`)).status).toBe(200);
      await server.media.removal.remove("example.org", own.split("/")[1] ?? "");
      expect(await files(join(server.mediaFolder, "content"))).toEqual([]);
    }
  });
});
