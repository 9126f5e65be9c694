import { boolParam, intParam, type Model, obj, paramsModel } from "@patrix/api";
import * as z from "zod/mini";

/** Query parameters of a download without authentication. */
export interface UnauthenticatedDownloadQuery {
  /** Whether to fetch media of other servers. Default: `true`. */
  allow_remote?: boolean | undefined;
  /** How long to wait for media that is not uploaded yet, in milliseconds. Default: 20000. */
  timeout_ms?: number | undefined;
  /** Whether the client follows redirects. Default: `false`. */
  allow_redirect?: boolean | undefined;
}

/** Checks a {@link UnauthenticatedDownloadQuery}. */
export const UnauthenticatedDownloadQuery: Model<UnauthenticatedDownloadQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<UnauthenticatedDownloadQuery>({
    allow_remote: z.optional(boolParam()),
    timeout_ms: z.optional(intParam()),
    allow_redirect: z.optional(boolParam()),
  }),
);
