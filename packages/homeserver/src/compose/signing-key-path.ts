import { join } from "node:path";
import type { Config } from "../config/config.ts";

/** The file of a server's signing keys. */
export function signingKeyPath({ signing_key_path: path, data_dir: dataDir }: Pick<Config, "signing_key_path" | "data_dir">): string {
  return path ?? join(dataDir, "signing.key");
}
