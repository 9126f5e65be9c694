import { type EmptyObject, type Endpoint, endpoint, intParam, type Model, model, obj, paramsModel } from "@patrix/api";
import { MediaPath, UserPath } from "@patrix/client-api";
import { handle } from "@patrix/server";
import * as z from "zod/mini";
import type { MediaAdministration } from "../../media/media-administration.ts";
import type { ListedMediaRow } from "../../store/statements/media.ts";
import { requireAdmin, type Requester } from "../access/requester.ts";
import type { Registration } from "../registration.ts";

const base = "/_synapse/admin/v1";
/** The most files in one answer. */
const MAX_PAGE = 500;
const DEFAULT_PAGE = 100;

const common = { auth: "accessToken", rateLimited: true } as const;
const at = (path: string) => ({ unstable: [{ path: `${base}${path}` }] });

interface RemovedMedia {
  deleted_media: string[];
  total: number;
}
const RemovedMedia: Model<RemovedMedia> = /* @__PURE__ */ model(() =>
  obj<RemovedMedia>({ deleted_media: z.array(z.string()), total: z.int() }),
);

interface UnusedQuery {
  before_ts: number;
  size_gt?: number | undefined;
  /** Whether only to say what would go. */
  dry_run?: "true" | "false" | undefined;
}
const UnusedQuery: Model<UnusedQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<UnusedQuery>({ before_ts: intParam(), size_gt: z.optional(intParam()), dry_run: z.optional(z.enum(["true", "false"])) }),
);

interface ListQuery {
  from?: number | undefined;
  limit?: number | undefined;
}
const ListQuery: Model<ListQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<ListQuery>({ from: z.optional(intParam()), limit: z.optional(intParam()) }),
);

interface ListedMedia {
  media_id: string;
  media_type: string | null;
  media_length: number | null;
  upload_name: string | null;
  created_ts: number;
  last_access_ts: number | null;
  quarantined: boolean;
}
interface ListResponse {
  media: ListedMedia[];
  next_token?: number | undefined;
}
const ListResponse: Model<ListResponse> = /* @__PURE__ */ model(() =>
  obj<ListResponse>({
    media: z.array(
      obj<ListedMedia>({
        media_id: z.string(),
        media_type: z.nullable(z.string()),
        media_length: z.nullable(z.int()),
        upload_name: z.nullable(z.string()),
        created_ts: z.int(),
        last_access_ts: z.nullable(z.int()),
        quarantined: z.boolean(),
      }),
    ),
    next_token: z.optional(z.int()),
  }),
);

interface UsageResponse {
  users: { user_id: string; media_count: number; media_length: number }[];
  next_token?: number | undefined;
}
const UsageResponse: Model<UsageResponse> = /* @__PURE__ */ model(() =>
  obj<UsageResponse>({
    users: z.array(obj<UsageResponse["users"][number]>({ user_id: z.string(), media_count: z.int(), media_length: z.int() })),
    next_token: z.optional(z.int()),
  }),
);

interface PurgeQuery {
  before_ts: number;
}
const PurgeQuery: Model<PurgeQuery> = /* @__PURE__ */ paramsModel(() => obj<PurgeQuery>({ before_ts: intParam() }));
interface PurgeResponse {
  deleted: number;
}
const PurgeResponse: Model<PurgeResponse> = /* @__PURE__ */ model(() => obj<PurgeResponse>({ deleted: z.int() }));

const Empty: Model<EmptyObject> = /* @__PURE__ */ model(() => obj<EmptyObject>({}));

const quarantine: Endpoint<{ path: MediaPath }, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "quarantineMedia",
  method: "POST",
  ...common,
  history: at("/media/quarantine/{serverName}/{mediaId}"),
  path: MediaPath,
  response: Empty,
});
const release: Endpoint<{ path: MediaPath }, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "releaseMedia",
  method: "POST",
  ...common,
  history: at("/media/unquarantine/{serverName}/{mediaId}"),
  path: MediaPath,
  response: Empty,
});
const remove: Endpoint<{ path: MediaPath }, RemovedMedia> = /* @__PURE__ */ endpoint({
  id: "removeMedia",
  method: "DELETE",
  ...common,
  history: at("/media/{serverName}/{mediaId}"),
  path: MediaPath,
  response: RemovedMedia,
});
const removeUnused: Endpoint<{ query: UnusedQuery }, RemovedMedia> = /* @__PURE__ */ endpoint({
  id: "removeUnusedMedia",
  method: "POST",
  ...common,
  history: at("/media/delete"),
  query: UnusedQuery,
  response: RemovedMedia,
});
const list: Endpoint<{ path: UserPath; query?: ListQuery | undefined }, ListResponse> = /* @__PURE__ */ endpoint({
  id: "listMediaOfUser",
  method: "GET",
  ...common,
  history: at("/users/{userId}/media"),
  path: UserPath,
  query: ListQuery,
  response: ListResponse,
});

const usage: Endpoint<{ query?: ListQuery | undefined }, UsageResponse> = /* @__PURE__ */ endpoint({
  id: "getMediaUsage",
  method: "GET",
  ...common,
  history: at("/statistics/users/media"),
  query: ListQuery,
  response: UsageResponse,
});
const purgeRemote: Endpoint<{ query: PurgeQuery }, PurgeResponse> = /* @__PURE__ */ endpoint({
  id: "purgeRemoteMedia",
  method: "POST",
  ...common,
  history: at("/purge_media_cache"),
  query: PurgeQuery,
  response: PurgeResponse,
});

/** What the administration of media works with. */
export interface MediaAdministrationServices {
  readonly administration: MediaAdministration;
  readonly isAdmin: (user: Requester) => boolean;
}

/** The handlers with which administrators list, quarantine and remove media, in the form that Synapse's tools use. */
export function mediaAdministrationHandlers({ administration, isAdmin }: MediaAdministrationServices): Registration[] {
  const setQuarantined =
    (isQuarantined: boolean) =>
    async (path: MediaPath, user: Requester): Promise<EmptyObject> => {
      requireAdmin(user, isAdmin);
      await administration.setQuarantined(path.serverName, path.mediaId, isQuarantined);
      return {};
    };
  return [
    handle(quarantine, ({ path }, { user }) => setQuarantined(true)(path, user)),
    handle(release, ({ path }, { user }) => setQuarantined(false)(path, user)),
    handle(remove, async ({ path }, { user }) => {
      requireAdmin(user, isAdmin);
      await administration.remove(path.serverName, path.mediaId);
      return { deleted_media: [path.mediaId], total: 1 };
    }),
    handle(removeUnused, async ({ query }, { user }) => {
      requireAdmin(user, isAdmin);
      const dryRun = query.dry_run === "true";
      const removed = await administration.removeUnused({ unusedSinceTs: query.before_ts, largerThan: query.size_gt, dryRun });
      return { deleted_media: removed, total: removed.length };
    }),
    handle(list, async ({ path, query = {} }, { user }) => {
      requireAdmin(user, isAdmin);
      const { from, limit } = pageOf(query);
      const rows = await administration.listOf(path.userId, from, limit + 1);
      return { media: rows.slice(0, limit).map(listed), ...(rows.length > limit && { next_token: from + limit }) };
    }),
    handle(usage, async ({ query = {} }, { user }) => {
      requireAdmin(user, isAdmin);
      const { from, limit } = pageOf(query);
      const rows = await administration.usage(from, limit + 1);
      const users = rows.slice(0, limit).map((row) => ({ user_id: row.user_id, media_count: row.count, media_length: row.bytes }));
      return { users, ...(rows.length > limit && { next_token: from + limit }) };
    }),
    handle(purgeRemote, async ({ query }, { user }) => {
      requireAdmin(user, isAdmin);
      return { deleted: (await administration.removeUnused({ of: "others", unusedSinceTs: query.before_ts })).length };
    }),
  ];
}

function pageOf({ from = 0, limit = DEFAULT_PAGE }: ListQuery): { readonly from: number; readonly limit: number } {
  return { from: Math.max(0, from), limit: Math.min(Math.max(1, limit), MAX_PAGE) };
}

function listed(row: ListedMediaRow): ListedMedia {
  return {
    media_id: row.media_id,
    media_type: row.content_type,
    media_length: row.size,
    upload_name: row.file_name,
    created_ts: row.created_ts,
    last_access_ts: row.last_access_ts,
    quarantined: row.quarantined === 1,
  };
}
