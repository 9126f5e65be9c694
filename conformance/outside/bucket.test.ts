// Media of a homeserver in a bucket of SeaweedFS, which checks signatures and hashes as others do.
import { randomBytes } from "node:crypto";
import { testHomeserver } from "@patrix/homeserver/testing";
import { expect, it } from "vitest";
import { hasSeaweed, startSeaweed } from "./bucket-server.ts";

if (!(await hasSeaweed())) it.skip("SeaweedFS (weed) is not on the PATH, so no media are kept in it");
else
  it("SeaweedFS keeps the media of a homeserver, also over its own restart", { timeout: 300_000 }, async () => {
    await using bucket = await startSeaweed();
    await using server = await testHomeserver({ config: { media: { s3: { ...bucket.settings, prefix: "of/test" } } } });
    const alice = await server.register("alice");
    const media = `${server.url}/_matrix/client/v1/media/download`;
    const authorization = `Bearer ${alice.accessToken}`;
    const upload = (body: Uint8Array): Promise<Response> =>
      fetch(`${server.url}/_matrix/media/v3/upload`, {
        method: "POST",
        body: body as BodyInit,
        headers: { authorization, "content-type": "video/mp4" },
      });
    const read = async (file: string, range?: string): Promise<[number, Buffer]> => {
      const answer = await fetch(`${media}/${file}`, { headers: { authorization, ...(range !== undefined && { range }) } });
      return [answer.status, Buffer.from(await answer.arrayBuffer())];
    };
    // Large ones are kept in several pieces there.
    const files = new Map<string, Buffer>();
    for (const size of [0, 1, 100_000, 20_000_000]) {
      const content = randomBytes(size);
      const answer = await upload(content);
      expect(answer.status).toBe(200);
      files.set(((await answer.json()) as { content_uri: string }).content_uri.slice("mxc://".length), content);
    }
    const compare = async (): Promise<void> => {
      for (const [file, content] of files) {
        const [status, whole] = await read(file);
        expect([status, whole.equals(content)]).toEqual([200, true]);
        if (content.length === 0) continue;
        const [from, to] = [Math.floor(content.length / 3), Math.floor(content.length / 2)];
        const [partial, part] = await read(file, `bytes=${from}-${to}`);
        expect([partial, part.equals(content.subarray(from, to + 1))]).toEqual([206, true]);
      }
    };
    await compare();
    await bucket.stop();
    expect((await upload(Buffer.from("not now"))).status).toBe(503);
    await bucket.start();
    await compare();
  });
