import { readFileSync, writeFileSync } from "node:fs";
import { AppserviceError } from "../errors.ts";
import { createRegistration, type FullRegistration, type NewRegistration } from "./create-registration.ts";
import { formatRegistration } from "./format-registration.ts";
import { parseRegistration } from "./parse-registration.ts";

/** A registration, and whether its file was made just now, so that the homeserver does not know it yet. */
export interface OpenedRegistration {
  readonly registration: FullRegistration;
  readonly isNew: boolean;
}

/**
 * Reads a registration file, or makes it where there is none: readable for its owner alone, and never written over.
 *
 * @throws {AppserviceError} `NOT_READABLE`, and what {@link parseRegistration} and {@link createRegistration} throw, with the path.
 * @example
 * const { registration, isNew } = openRegistration("registration.yaml", { id: "irc", url: "http://127.0.0.1:9000", ghostPrefix: "_irc_" });
 * if (isNew) console.log("Name registration.yaml under app_service_files of the homeserver, and start it again.");
 */
export function openRegistration(path: string, options: NewRegistration): OpenedRegistration {
  const text = read(path);
  try {
    if (text !== undefined) return { registration: parseRegistration(text), isNew: false };
  } catch (error) {
    throw error instanceof AppserviceError ? new AppserviceError(error.code, `${path}: ${error.message}`) : error;
  }
  const registration = createRegistration(options);
  writeFileSync(path, formatRegistration(registration), { mode: 0o600, flag: "wx" });
  return { registration, isNew: true };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new AppserviceError("NOT_READABLE", `the registration file ${path} cannot be read`, error);
  }
}
