import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type ComposedDevices, openDevices } from "../../tests/composed-devices.ts";
import { files, get, upload } from "../../tests/media-requests.ts";

const ALICE = "@alice:example.org";
const BOB = "@bob:example.org";

describe("media", () => {
  it("come back as they were uploaded, with headers that keep browsers safe", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    const content = new TextEncoder().encode("hello");
    const image = await upload(server, content, "image/png", "cät.png");
    const shown = await get(server, `download/${image}`);
    expect(shown.status).toBe(200);
    expect(shown.bytes).toEqual(content);
    expect(shown.headers.get("content-type")).toBe("image/png");
    expect(shown.headers.get("content-disposition")).toBe("inline; filename*=utf-8''c%C3%A4t.png");
    expect(shown.headers.get("content-security-policy")).toContain("sandbox");
    expect(shown.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
    const page = await upload(server, content, "text/html");
    const saved = await get(server, `download/${page}/other%20name.html`);
    expect(saved.headers.get("content-disposition")).toBe('attachment; filename="other name.html"');
    expect((await files(join(server.mediaFolder, "content"))).length).toBe(1);
  });

  it("come in parts, as players ask for them, and not again to who has them", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    const content = Uint8Array.from({ length: 1_000 }, (_, i) => i % 251);
    const [video, other] = [await upload(server, content, "video/mp4"), await upload(server, new Uint8Array([1]), "video/mp4")];
    const ask = (headers: Record<string, string>, method = "GET", file = video) =>
      server.request(method, `/client/v1/media/download/${file}`, undefined, "A1", headers);
    const whole = await ask({});
    expect([whole.status, whole.bytes.length, whole.headers.get("accept-ranges")]).toEqual([200, 1_000, "bytes"]);
    const etag = whole.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[0-9a-f]{64}"$/);
    const part = await ask({ range: "bytes=100-199" });
    expect([part.status, part.headers.get("content-range"), part.headers.get("content-length")]).toEqual([
      206,
      "bytes 100-199/1000",
      "100",
    ]);
    expect(part.bytes).toEqual(content.slice(100, 200));
    expect(part.headers.get("access-control-expose-headers")).toContain("Content-Range");
    expect((await ask({ range: "bytes=-10", "if-range": etag })).bytes).toEqual(content.slice(990));
    expect((await ask({ range: "bytes=0-0", "if-range": '"other"' })).bytes).toEqual(content);
    expect((await ask({ range: "bytes=0-0,5-9" })).bytes).toEqual(content);
    const beyond = await ask({ range: "bytes=1000-" });
    expect([beyond.status, beyond.headers.get("content-range"), beyond.bytes.length]).toEqual([416, "bytes */1000", 0]);
    const head = await ask({ range: "bytes=0-0" }, "HEAD");
    expect([head.status, head.headers.get("content-length"), head.headers.get("etag"), head.bytes.length]).toEqual([200, "1000", etag, 0]);
    const known = await ask({ "if-none-match": etag });
    expect([known.status, known.bytes.length, known.headers.get("etag")]).toEqual([304, 0, etag]);
    expect((await ask({ "if-none-match": etag }, "GET", other)).status).toBe(200);
    // The connection goes on after answers without content.
    expect((await ask({})).bytes).toEqual(content);
  });

  it("need a token, also on the old paths, unless the configuration allows otherwise", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    const file = await upload(server, new Uint8Array([1]), "image/png");
    expect((await server.request("GET", `/client/v1/media/download/${file}`)).status).toBe(401);
    for (const path of [`download/${file}`, `download/${file}/x.png`, `thumbnail/${file}?width=1&height=1`])
      expect(await server.request("GET", `/media/v3/${path}`)).toMatchObject({ status: 404, body: { errcode: "M_NOT_FOUND" } });
    await using open = await openDevices({ media: { legacy_unauthenticated: true } });
    await open.login(ALICE, "A1");
    const other = await upload(open, new Uint8Array([1]), "image/png");
    expect((await open.request("GET", `/media/v3/download/${other}`)).status).toBe(200);
  });

  it("are not found under another server name, an unknown ID, or a path", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    const file = await upload(server, new Uint8Array([1]), "image/png");
    const mediaId = file.split("/")[1] ?? "";
    const paths = [`other.org/${mediaId}`, "example.org/unknown", "example.org/..%2F..%2Fpatrix.db", `example.org/${"a".repeat(300)}`];
    for (const path of paths)
      expect(await get(server, `download/${path}`)).toMatchObject({ status: 404, body: { errcode: "M_NOT_FOUND" } });
    expect((await get(server, "download/example.org/%2e%2e/%2e%2e")).status).toBe(404);
  });

  it("that are too large are refused and leave nothing behind, announced or not", async () => {
    await using server = await openDevices({ media: { max_upload_size: 100_000 } });
    await server.login(ALICE, "A1");
    expect((await get(server, "config")).body).toEqual({ "m.upload.size": 100_000 });
    expect((await server.request("GET", "/media/v3/config", undefined, "A1")).body).toEqual({ "m.upload.size": 100_000 });
    const large = new Uint8Array(100_001);
    expect(await server.request("POST", "/media/v3/upload", large, "A1")).toMatchObject({ status: 413, body: { errcode: "M_TOO_LARGE" } });
    expect(await chunked(server, large)).toBe(413);
    expect(await files(server.mediaFolder)).toEqual([]);
    expect((await server.request("POST", "/media/v3/upload", new Uint8Array(100_000), "A1")).status).toBe(200);
  });
});

describe("media IDs that are made first", () => {
  it("take their content once, from their user, and wake those who wait for it", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    await server.login(BOB, "B1");
    const created = await server.request("POST", "/media/v1/create", {}, "A1");
    expect(created.body.unused_expires_at).toBeGreaterThan(Date.now());
    const file = created.body.content_uri.slice("mxc://".length);
    expect(await get(server, `download/${file}?timeout_ms=0`)).toMatchObject({ status: 504, body: { errcode: "M_NOT_YET_UPLOADED" } });
    const put = (token: string, path = file) => server.request("PUT", `/media/v3/upload/${path}`, new Uint8Array([7]), token);
    expect((await put("B1")).status).toBe(403);
    expect((await put("A1", "example.org/unknown")).status).toBe(404);
    const waiting = get(server, `download/${file}`, "B1");
    expect((await put("A1")).status).toBe(200);
    expect((await waiting).bytes).toEqual(new Uint8Array([7]));
    expect(await put("A1")).toMatchObject({ status: 409, body: { errcode: "M_CANNOT_OVERWRITE_MEDIA" } });
  });

  it("are limited in number", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    const statuses: number[] = [];
    for (let i = 0; i < 101; i++) statuses.push((await server.request("POST", "/media/v1/create", {}, "A1")).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(100);
    expect(statuses.at(-1)).toBe(429);
  });
});

/** Uploads without announcing the size. */
function chunked(server: ComposedDevices, content: Uint8Array): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      `${server.url}/_matrix/media/v3/upload`,
      { method: "POST", headers: { authorization: `Bearer ${server.tokenOf("A1")}`, "transfer-encoding": "chunked" } },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    request.on("error", reject);
    request.write(content.subarray(0, 60_000));
    request.end(content.subarray(60_000));
  });
}
