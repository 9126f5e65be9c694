import { query, type Query, type Write, write } from "../statement.ts";

/** A preview of a web page. */
export interface UrlPreviewRow {
  readonly json: string;
  readonly fetched_ts: number;
}
/** Reads the preview of a page. */
export const urlPreview: Query<[urlHash: string], UrlPreviewRow> = query(
  "urlPreview",
  `select json, fetched_ts from url_previews where url_hash = ?1`,
);
/** Stores the preview of a page, in the place of an earlier one. */
export const upsertUrlPreview: Write<[urlHash: string, json: string, mediaId: string | null, fetchedTs: number]> = write(
  "upsertUrlPreview",
  `insert into url_previews (url_hash, json, media_id, fetched_ts) values (?1, ?2, ?3, ?4)
   on conflict (url_hash) do update set json = excluded.json, media_id = excluded.media_id, fetched_ts = excluded.fetched_ts`,
);
/** Removes the previews that were fetched before a time. */
export const deleteUrlPreviewsBefore: Write<[fetchedTs: number]> = write(
  "deleteUrlPreviewsBefore",
  `delete from url_previews where fetched_ts < ?1`,
);
/** Removes the oldest previews beyond a number. */
export const deleteUrlPreviewsBeyond: Write<[count: number]> = write(
  "deleteUrlPreviewsBeyond",
  `delete from url_previews where url_hash in (
     select url_hash from url_previews order by fetched_ts desc, url_hash desc limit 1000 offset ?1)`,
);
/** Removes the previews that show an image. */
export const deleteUrlPreviewsOfImage: Write<[mediaId: string]> = write(
  "deleteUrlPreviewsOfImage",
  `delete from url_previews where media_id = ?1`,
);
/** Stores that a media ID is the image of a preview, and that it was used at a time. */
export const upsertPreviewImage: Write<[mediaId: string, size: number, usedTs: number]> = write(
  "upsertPreviewImage",
  `insert into preview_images (media_id, size, used_ts) values (?1, ?2, ?3)
   on conflict (media_id) do update set used_ts = excluded.used_ts`,
);
/** Finds the image of a preview by its content. */
export const previewImageWithContent: Query<[origin: string, sha256: string], { readonly media_id: string }> = query(
  "previewImageWithContent",
  `select p.media_id from media m join preview_images p on p.media_id = m.media_id
   where m.sha256 = ?2 and m.origin = ?1 and m.quarantined = 0 order by p.media_id limit 1`,
);
/** How much the images of previews take, in bytes. */
export const previewImageBytes: Query<[], { readonly bytes: number }> = query(
  "previewImageBytes",
  `select cast(coalesce(sum(size), 0) as bigint) as bytes from preview_images`,
);
/** An image of a preview. */
export interface PreviewImageRow {
  readonly media_id: string;
  readonly size: number;
  readonly used_ts: number;
}
/** Reads the images of previews that were used longest ago. */
export const oldestPreviewImages: Query<[limit: number], PreviewImageRow> = query(
  "oldestPreviewImages",
  `select media_id, size, used_ts from preview_images order by used_ts, media_id limit ?1`,
);
/** Forgets that a media ID is the image of a preview. */
export const deletePreviewImage: Write<[mediaId: string]> = write("deletePreviewImage", `delete from preview_images where media_id = ?1`);
