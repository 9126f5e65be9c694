import { type Model, obj, paramsModel } from "@patrix/api";
import { ServerName } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Path variables of media with a chosen file name. */
export interface NamedMediaPath {
  serverName: ServerName;
  mediaId: string;
  /** Name that the download gets. */
  fileName: string;
}

/** Checks a {@link NamedMediaPath}. */
export const NamedMediaPath: Model<NamedMediaPath> = /* @__PURE__ */ paramsModel(() =>
  obj<NamedMediaPath>({ serverName: ServerName, mediaId: z.string(), fileName: z.string() }),
);
