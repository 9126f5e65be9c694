import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type ComposedDevices, openDevices } from "../../tests/composed-devices.ts";
import { namesOf, once } from "../../tests/media/media-store-contract.ts";
import { ContentClaims } from "./content-claims.ts";
import { DiskMediaStore } from "./disk-media-store.ts";
import { MediaRemoval } from "./media-removal.ts";
import { MediaRepository } from "./media-repository.ts";

let server: ComposedDevices;
let folder: string;
let store: DiskMediaStore;
const claims = new ContentClaims();
beforeEach(async () => {
  server = await openDevices();
  folder = await mkdtemp(join(tmpdir(), "patrix-"));
  store = await DiskMediaStore.open(folder);
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function uploaded(): Promise<{ mediaId: string; has: () => Promise<boolean> }> {
  const { userNid } = await server.login("@alice:example.org", "A1");
  const media = new MediaRepository(server.core, { store, claims }, 100);
  const content = { source: once(Buffer.from("a file")), announcedBytes: 6, contentType: "text/plain", fileName: undefined };
  const mediaId = await media.upload(userNid, content);
  return { mediaId, has: () => media.has("example.org", mediaId) };
}

const removal = (delete_: DiskMediaStore["delete"] = (sha256) => store.delete(sha256)): MediaRemoval => {
  const removing = { put: store.put.bind(store), open: store.open.bind(store), names: store.names.bind(store), delete: delete_ };
  return new MediaRemoval({ core: server.core, claims, store: removing, thumbnails: { forget: async () => {} } });
};

it("takes a file and its content, and says how much that was", async () => {
  const { mediaId, has } = await uploaded();
  expect(await removal().remove("example.org", mediaId)).toBe(6);
  expect([await has(), await namesOf(store)]).toEqual([false, []]);
});

it("takes a file alone whose content somebody is about to name", async () => {
  const { mediaId, has } = await uploaded();
  const [sha256 = ""] = await namesOf(store);
  using _claim = await claims.claim(sha256);
  expect(await removal().remove("example.org", mediaId)).toBe(0);
  expect([await has(), await namesOf(store)]).toEqual([false, [sha256]]);
});

it("takes nothing where the content cannot be removed, and can be done again", async () => {
  const { mediaId, has } = await uploaded();
  const failing = removal(() => Promise.reject(new Error("the store is away")));
  await expect(failing.remove("example.org", mediaId)).rejects.toThrow("the store is away");
  expect(await has()).toBe(true);
  expect(await removal().remove("example.org", mediaId)).toBe(6);
  expect([await has(), await namesOf(store)]).toEqual([false, []]);
});
