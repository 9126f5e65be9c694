import { EmptyObject, type Endpoint, endpoint, intParam, matrixError, type Model, model, obj, paramsModel } from "@patrix/api";
import { isServerName, ServerName } from "@patrix/identifiers";
import { handle } from "@patrix/server";
import * as z from "zod/mini";
import type { Core } from "../../log/core.ts";
import { type DestinationStatusRow, destinationStatuses } from "../../store/statements/federation.ts";
import { requireAdmin, type Requester } from "../access/requester.ts";
import type { Registration } from "../registration.ts";

const base = "/_synapse/admin/v1/federation/destinations";
/** The most servers in one answer. */
const MAX_PAGE = 500;
const DEFAULT_PAGE = 100;

const common = { auth: "accessToken", rateLimited: true } as const;

interface DestinationPath {
  destination: ServerName;
}
const DestinationPath: Model<DestinationPath> = /* @__PURE__ */ paramsModel(() => obj<DestinationPath>({ destination: ServerName }));

interface ListQuery {
  /** The name after which the page begins. */
  from?: string | undefined;
  limit?: number | undefined;
  /** With what the names begin. */
  destination?: string | undefined;
}
const ListQuery: Model<ListQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<ListQuery>({ from: z.optional(z.string()), limit: z.optional(intParam()), destination: z.optional(z.string()) }),
);

interface ListedDestination {
  destination: string;
  /** When it is tried again, in milliseconds; 0 where it answers. */
  retry_ts: number;
  failures: number;
  waiting: number;
  rooms: number;
}
interface ListResponse {
  destinations: ListedDestination[];
  next_token?: string | undefined;
}
const ListResponse: Model<ListResponse> = /* @__PURE__ */ model(() =>
  obj<ListResponse>({
    destinations: z.array(
      obj<ListedDestination>({
        destination: z.string(),
        retry_ts: z.int(),
        failures: z.int(),
        waiting: z.int(),
        rooms: z.int(),
      }),
    ),
    next_token: z.optional(z.string()),
  }),
);

const list: Endpoint<{ query?: ListQuery | undefined }, ListResponse> = /* @__PURE__ */ endpoint({
  id: "listDestinations",
  method: "GET",
  ...common,
  history: { unstable: [{ path: base }] },
  query: ListQuery,
  response: ListResponse,
});
const reset: Endpoint<{ path: DestinationPath }, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "resetDestination",
  method: "POST",
  ...common,
  history: { unstable: [{ path: `${base}/{destination}/reset_connection` }] },
  path: DestinationPath,
  response: EmptyObject,
});

/** What the administration of the federation works with. */
export interface FederationAdministrationServices {
  readonly core: Core;
  /** Tries a server again at once; left out where the federation is off. */
  readonly retry: ((server: string) => Promise<void>) | undefined;
  readonly isAdmin: (user: Requester) => boolean;
}

/** The handlers with which administrators see which servers do not answer, and have one tried again at once. */
export function federationAdministrationHandlers({ core, retry, isAdmin }: FederationAdministrationServices): Registration[] {
  return [
    handle(list, async ({ query: { from = "", limit = DEFAULT_PAGE, destination = "" } = {} }, { user }) => {
      requireAdmin(user, isAdmin);
      const most = Math.min(Math.max(1, limit), MAX_PAGE);
      const rows = await core.store.all(destinationStatuses, destination, from, most + 1);
      const shown = rows.slice(0, most);
      return { destinations: shown.map(listed), ...(rows.length > most && { next_token: shown.at(-1)?.server }) };
    }),
    handle(reset, async ({ path }, { user }) => {
      requireAdmin(user, isAdmin);
      if (!isServerName(path.destination)) throw matrixError("M_INVALID_PARAM", "path variable destination: not a server name");
      if (!retry) throw matrixError("M_NOT_FOUND", "the federation is off");
      await retry(path.destination);
      return {};
    }),
  ];
}

function listed({ server, failures, retry_ts: retryTs, waiting, rooms }: DestinationStatusRow): ListedDestination {
  return { destination: server, retry_ts: failures > 0 ? retryTs : 0, failures, waiting, rooms };
}
