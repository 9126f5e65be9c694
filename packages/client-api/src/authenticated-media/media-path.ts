import { type Model, obj, paramsModel } from "@patrix/api";
import { ServerName } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Path variables of media. */
export interface MediaPath {
  serverName: ServerName;
  mediaId: string;
}

/** Checks a {@link MediaPath}. */
export const MediaPath: Model<MediaPath> = /* @__PURE__ */ paramsModel(() =>
  obj<MediaPath>({ serverName: ServerName, mediaId: z.string() }),
);
