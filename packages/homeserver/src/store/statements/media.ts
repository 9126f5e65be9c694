import { query, type Query, type Write, write } from "../statement.ts";
import { notErased } from "./not-erased.ts";

/** What is known of a file. */
export interface MediaRow {
  /** Content hash, lower-case hexadecimal; `null` while nothing is uploaded. */
  readonly sha256: string | null;
  readonly size: number | null;
  readonly content_type: string | null;
  readonly file_name: string | null;
  readonly user_nid: number | null;
  readonly created_ts: number;
}
/** Reads what is known of a file. */
export const mediaById: Query<[origin: string, mediaId: string], MediaRow> = query(
  "mediaById",
  `select sha256, size, content_type, file_name, user_nid, created_ts from media where origin = ?1 and media_id = ?2`,
);
/** Which content a media ID has. */
export interface StoredMediaRow {
  readonly origin: string;
  readonly media_id: string;
  readonly sha256: string;
  readonly size: number | null;
}
/** Reads media IDs that have content, in the order of origin and ID, after one of them. */
export const storedMediaAfter: Query<[origin: string, mediaId: string, limit: number], StoredMediaRow> = query(
  "storedMediaAfter",
  `select origin, media_id, sha256, size from media where (origin, media_id) > (?1, ?2) and sha256 is not null
   order by origin, media_id limit ?3`,
);
/** Counts the media IDs of a user that nothing was uploaded to since a time. */
export const countPendingMedia: Query<[userNid: number, since: number], { readonly count: number }> = query(
  "countPendingMedia",
  `select count(*) as count from media where user_nid = ?1 and sha256 is null and created_ts >= ?2`,
);
/** Stores a media ID that waits for its content; nothing for an account that was erased. */
export const insertPendingMedia: Write<[origin: string, mediaId: string, userNid: number, ts: number]> = write(
  "insertPendingMedia",
  `insert into media (origin, media_id, user_nid, created_ts) select ?1, ?2, ?3, ?4 where ${notErased("?3")}`,
);
/** Stores the content of a media ID that has none yet; that of an account that was erased is nobody's, as after the erasure. */
export const setMediaContent: Write<
  [origin: string, mediaId: string, userNid: number, ts: number, sha256: string, size: number, contentType: string, fileName: string | null]
> = write(
  "setMediaContent",
  `insert into media (origin, media_id, user_nid, created_ts, sha256, size, content_type, file_name)
     select ?1, ?2, case when ${notErased("?3")} then ?3 end, ?4, ?5, ?6, ?7, ?8 where true
   on conflict (origin, media_id) do update set sha256 = excluded.sha256, size = excluded.size, content_type = excluded.content_type,
   file_name = excluded.file_name where media.sha256 is null`,
);
