import type { DeviceStanding } from "./cuts/sync-sources.ts";
import { SyncError } from "./errors.ts";

/** Checks that a device that has waited may still be answered. @throws {SyncError} `LOGGED_OUT` or `LOCKED`. */
export function requireStanding(standing: DeviceStanding): void {
  if (standing === "logged out") throw new SyncError("LOGGED_OUT", "the device was logged out");
  if (standing === "locked") throw new SyncError("LOCKED", "an administrator has locked the account");
}
