import { join } from "node:path";
import type { Config } from "../config/config.ts";

/** The folder of a server's media. */
export function mediaFolder({ media, data_dir: dataDir }: Pick<Config, "media" | "data_dir">): string {
  return media.path ?? join(dataDir, "media");
}
