import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { once } from "../../tests/media/media-store-contract.ts";
import { IncomingFiles } from "./incoming-files.ts";

it("are readable by their owner, and go when they are disposed of, at an error, or with the next start", async () => {
  const folder = join(await mkdtemp(join(tmpdir(), "patrix-")), "incoming");
  const incoming = await IncomingFiles.open(folder);
  {
    await using file = await incoming.receive(once(Buffer.from("abc")), 3);
    expect(file.content).toMatchObject({ sizeBytes: 3, sha256: expect.stringMatching(/^ba7816bf/) });
    expect(await readFile(file.path, "utf8")).toBe("abc");
    expect((await stat(file.path)).mode & 0o077).toBe(0);
  }
  await expect(incoming.receive(once(Buffer.from("abcd")), 3)).rejects.toMatchObject({ code: "TOO_LARGE" });
  expect(await readdir(folder)).toEqual([]);
  await writeFile(join(folder, "half"), "");
  await IncomingFiles.open(folder);
  expect(existsSync(join(folder, "half"))).toBe(false);
  await rm(join(folder, ".."), { recursive: true });
});
