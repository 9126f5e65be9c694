// The cases of statements about media and previews, which stand among the others.
import { operation, type WriteOperation } from "../../src/store/statement.ts";
import * as media from "../../src/store/statements/media.ts";
import * as previews from "../../src/store/statements/url-previews.ts";
import { json, LARGEST, read, type ReadCase } from "./statement-case.ts";

/** Writes that fill the tables of media. */
export const mediaStoring: readonly WriteOperation[] = [
  operation(media.insertPendingMedia, "x", "one", 1, 5),
  operation(media.insertPendingMedia, "x", "two", 1, 5),
  operation(media.setMediaContent, "x", "one", 1, 5, "abc", LARGEST, "image/png", "a.png"),
  operation(media.setMediaContent, "x", "one", 1, 5, "def", 1, "image/png", null),
  operation(media.setMediaContent, "x", "three", null, 5, "abc", 5, "image/png", null),
  operation(media.setMediaContent, "x", "four", 1, 5, "ghi", 5, "image/png", null),
  operation(media.touchMedia, "x", "four", LARGEST),
  operation(media.touchMedia, "x", "three", 7),
  operation(media.quarantineMedia, "x", "four", 1),
  operation(media.quarantineMedia, "x", "four", 0),
  operation(media.quarantineMedia, "x", "one", 1),
  operation(media.quarantineMedia, "x", "two", 1),
  operation(media.quarantineMedia, "x", "three", 0),
  operation(media.deleteMedia, "x", "four"),
  operation(media.deleteMedia, "y", "one"),
  operation(previews.upsertPreviewImage, "three", 5, 10),
  operation(previews.upsertPreviewImage, "three", 5, 20),
  operation(previews.upsertPreviewImage, "two", LARGEST - 5, 15),
  operation(previews.upsertPreviewImage, "gone", 5, 15),
  operation(previews.deletePreviewImage, "gone"),
  operation(previews.upsertUrlPreview, "hash1", "{}", null, 1),
  operation(previews.upsertUrlPreview, "hash1", json, "three", 30),
  operation(previews.upsertUrlPreview, "hash2", "{}", "two", 30),
  operation(previews.upsertUrlPreview, "hash3", "{}", null, 10),
  operation(previews.upsertUrlPreview, "hash4", "{}", null, 20),
  operation(previews.deleteUrlPreviewsBefore, 20),
  operation(previews.deleteUrlPreviewsOfImage, "two"),
  operation(previews.deleteUrlPreviewsBeyond, 1),
];

/** Reads of what they stored. */
export const mediaReading: readonly ReadCase[] = [
  read(media.mediaById, "x", "one"),
  read(media.mediaById, "x", "two"),
  read(media.storedMediaAfter, "x", "", 5),
  read(media.countPendingMedia, 1, 5),
  read(media.mediaOfUser, 1, 5, 0),
  read(media.mediaOfUser, 1, 1, 1),
  read(media.mediaUsage, 5, 0),
  read(media.mediaUsage, 1, 1),
  read(media.avatarUris),
  read(media.useOfContent, "abc"),
  read(media.useOfContent, "ghi"),
  ...["hash1", "hash2", "hash3", "hash4"].map((hashOf) => read(previews.urlPreview, hashOf)),
  read(previews.previewImageWithContent, "x", "abc"),
  read(previews.previewImageWithContent, "y", "abc"),
  read(previews.previewImageBytes),
  read(previews.oldestPreviewImages, 1),
  read(previews.oldestPreviewImages, 5),
];
