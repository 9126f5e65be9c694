import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { openDevices } from "../../tests/composed-devices.ts";
import { files, get, upload } from "../../tests/media-requests.ts";
import { DiskMediaStore } from "./disk-media-store.ts";
import { Thumbnails } from "./thumbnails.ts";

const ALICE = "@alice:example.org";

/** A GIF of some frames, each of another colour. */
async function animation(frames: number, side: number): Promise<Buffer> {
  const colours = Array.from({ length: frames }, (_, i) => ({ r: i * 60, g: 255 - i * 60, b: 0 }));
  const pictures = colours.map((background) =>
    sharp({ create: { width: side, height: side, channels: 3, background } })
      .png()
      .toBuffer(),
  );
  return sharp(await Promise.all(pictures), { join: { animated: true } })
    .gif({ delay: colours.map(() => 50) })
    .toBuffer();
}

describe("thumbnails", () => {
  const picture = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: "red" } })
      .jpeg()
      .toBuffer();

  it("are at least as large as asked for, never enlarged, and kept", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    const file = await upload(server, await picture(1_000, 500), "image/jpeg");
    const sizeOf = async (query: string) => {
      const { status, bytes, headers } = await get(server, `thumbnail/${file}?${query}`);
      expect(status).toBe(200);
      expect(headers.get("content-type")).toBe("image/jpeg");
      const { width, height } = await sharp(bytes).metadata();
      return [width, height];
    };
    expect(await sizeOf("width=32&height=32&method=crop")).toEqual([32, 32]);
    expect(await sizeOf("width=300&height=200&method=scale")).toEqual([320, 160]);
    expect(await sizeOf("width=300&height=200")).toEqual([320, 160]);
    expect(await sizeOf("width=5000&height=5000")).toEqual([1_000, 500]);
    expect(await files(join(server.mediaFolder, "thumbnails"))).toHaveLength(2);
  });

  it("move where the image does and that is wanted, and stand still otherwise", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    const file = await upload(server, await animation(3, 300), "image/gif");
    const ask = async (query: string) => {
      const { status, bytes, headers } = await get(server, `thumbnail/${file}?width=96&height=96&method=crop${query}`);
      expect(status).toBe(200);
      const { pages = 1, width, pageHeight } = await sharp(bytes).metadata();
      return [headers.get("content-type"), pages, width, pageHeight ?? width];
    };
    expect(await ask("&animated=true")).toEqual(["image/webp", 3, 96, 96]);
    for (const query of ["", "&animated=false"]) expect(await ask(query)).toEqual(["image/png", 1, 96, 96]);
    const still = await upload(server, await picture(300, 300), "image/jpeg");
    const shown = await get(server, `thumbnail/${still}?width=96&height=96&method=crop&animated=true`);
    expect(shown.headers.get("content-type")).toBe("image/jpeg");
  });

  it("are not made of what is no image, nor of a broken one, nor in an impossible size", async () => {
    await using server = await openDevices();
    await server.login(ALICE, "A1");
    const svg = await upload(server, new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>'), "image/svg+xml");
    expect(await get(server, `thumbnail/${svg}?width=10&height=10`)).toMatchObject({ status: 400, body: { errcode: "M_UNKNOWN" } });
    const broken = await upload(server, (await picture(500, 500)).subarray(0, 200), "image/jpeg");
    expect((await get(server, `thumbnail/${broken}?width=10&height=10`)).status).toBe(400);
    const image = await upload(server, await picture(50, 50), "image/jpeg");
    expect((await get(server, `thumbnail/${image}?width=0&height=-1`)).status).toBe(400);
    expect(await files(join(server.mediaFolder, "thumbnails")).catch(() => [])).toEqual([]);
  });

  it("are not tried again of a file that cannot be decoded", async () => {
    const folder = await mkdtemp(join(tmpdir(), "patrix-"));
    const store = await DiskMediaStore.open(folder);
    const whole = await picture(500, 500);
    const content = await store.put(once(whole.subarray(0, whole.length / 2)), 1_000_000);
    const opened = await store.open(content.sha256);
    const original = { ...content, ...opened!, etag: "", contentType: "image/jpeg", fileName: undefined };
    let tries = 0;
    const thumbnails = new Thumbnails(folder, async () => (input, options) => {
      tries++;
      return sharp(input, options);
    });
    for (const width of [10, 50, 90, 200]) {
      const request = { width, height: 10, crop: false, animated: false };
      await expect(thumbnails.get(original, request)).rejects.toMatchObject({ code: "NOT_AN_IMAGE" });
    }
    expect(tries).toBe(1);
    await rm(folder, { recursive: true });
  });

  it("are the original where no image library is installed", async () => {
    const folder = await mkdtemp(join(tmpdir(), "patrix-"));
    const store = await DiskMediaStore.open(folder);
    const content = await store.put(once(await picture(500, 500)), 1_000_000);
    const opened = await store.open(content.sha256);
    const original = { ...content, ...opened!, etag: "", contentType: "image/jpeg", fileName: undefined };
    const request = { width: 10, height: 10, crop: false, animated: false };
    expect(await new Thumbnails(folder, async () => undefined).get(original, request)).toBe(original);
    await rm(folder, { recursive: true });
  });
});

async function* once(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  yield chunk;
}
