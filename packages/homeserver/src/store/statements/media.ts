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
  /** 1 where nobody may have it. */
  readonly quarantined: number;
  /** When it was last asked for, to the day. */
  readonly last_access_ts: number | null;
}
/** Reads what is known of a file. */
export const mediaById: Query<[origin: string, mediaId: string], MediaRow> = query(
  "mediaById",
  `select sha256, size, content_type, file_name, user_nid, created_ts, quarantined, last_access_ts from media where origin = ?1 and media_id = ?2`,
);
/** Which content a media ID has. */
export interface StoredMediaRow {
  readonly origin: string;
  readonly media_id: string;
  readonly sha256: string;
  readonly size: number | null;
  readonly created_ts: number;
  readonly last_access_ts: number | null;
  readonly quarantined: number;
}
/** Reads media IDs that have content, in the order of origin and ID, after one of them. */
export const storedMediaAfter: Query<[origin: string, mediaId: string, limit: number], StoredMediaRow> = query(
  "storedMediaAfter",
  `select origin, media_id, sha256, size, created_ts, last_access_ts, quarantined from media where (origin, media_id) > (?1, ?2) and sha256 is not null
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
  [
    origin: string,
    mediaId: string,
    userNid: number | null,
    ts: number,
    sha256: string,
    size: number,
    contentType: string,
    fileName: string | null,
  ]
> = write(
  "setMediaContent",
  `insert into media (origin, media_id, user_nid, created_ts, sha256, size, content_type, file_name)
     select ?1, ?2, case when ${notErased("?3")} then ?3 end, ?4, ?5, ?6, ?7, ?8 where true
   on conflict (origin, media_id) do update set sha256 = excluded.sha256, size = excluded.size, content_type = excluded.content_type,
   file_name = excluded.file_name where media.sha256 is null`,
);
/** Stores when a file was last asked for. */
export const touchMedia: Write<[origin: string, mediaId: string, ts: number]> = write(
  "touchMedia",
  `update media set last_access_ts = ?3 where origin = ?1 and media_id = ?2`,
);
/** Quarantines the content of a file under every ID that it has, or ends that. */
export const quarantineMedia: Write<[origin: string, mediaId: string, quarantined: number]> = write(
  "quarantineMedia",
  `update media set quarantined = ?3 where (origin = ?1 and media_id = ?2)
     or sha256 = (select m.sha256 from media m where m.origin = ?1 and m.media_id = ?2)`,
);
/** A file as administrators see it. */
export interface ListedMediaRow extends MediaRow {
  readonly media_id: string;
}
/** Reads the files of a user, newest first. */
export const mediaOfUser: Query<[userNid: number, limit: number, offset: number], ListedMediaRow> = query(
  "mediaOfUser",
  `select media_id, sha256, size, content_type, file_name, user_nid, created_ts, quarantined, last_access_ts from media
   where user_nid = ?1 order by created_ts desc, media_id limit ?2 offset ?3`,
);
/** How much a user has uploaded. */
export interface MediaUsageRow {
  readonly user_id: string;
  readonly count: number;
  readonly bytes: number;
}
/** Reads how much users have uploaded, those with the most first. */
export const mediaUsage: Query<[limit: number, offset: number], MediaUsageRow> = query(
  "mediaUsage",
  `select u.user_id, count(*) as count, cast(sum(coalesce(m.size, 0)) as bigint) as bytes from media m join users u on u.user_nid = m.user_nid
   group by u.user_id order by bytes desc, u.user_id limit ?1 offset ?2`,
);
/** Reads the avatars of all users. */
export const avatarUris: Query<[], { readonly json: string }> = query(
  "avatarUris",
  `select distinct json from profiles where field = 'avatar_url'`,
);
/** Removes what is known of a file. */
export const deleteMedia: Write<[origin: string, mediaId: string]> = write(
  "deleteMedia",
  `delete from media where origin = ?1 and media_id = ?2`,
);
/** How often content is used. */
export interface ContentUse {
  readonly count: number;
  /** 1 where one of the files is quarantined. */
  readonly quarantined: number;
}
/** Counts the files that have some content. */
export const useOfContent: Query<[sha256: string], ContentUse> = query(
  "useOfContent",
  `select count(*) as count, coalesce(max(quarantined), 0) as quarantined from media where sha256 = ?1`,
);
