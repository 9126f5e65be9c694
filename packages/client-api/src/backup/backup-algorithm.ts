import { type OpenEnum, openEnum } from "@patrix/api";
import { type Schema } from "@patrix/identifiers";

/** How the keys of a backup are encrypted. */
export type BackupAlgorithm = OpenEnum<"m.megolm_backup.v1.curve25519-aes-sha2">;
/** Checks a {@link BackupAlgorithm}. */
export const BackupAlgorithm: Schema<BackupAlgorithm> = /* @__PURE__ */ openEnum(["m.megolm_backup.v1.curve25519-aes-sha2"]);
