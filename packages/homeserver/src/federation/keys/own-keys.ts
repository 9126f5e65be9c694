import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import type { JsonObject } from "@patrix/api";
import type { Clock } from "@patrix/concurrency";
import { buildServerKeys, type RetiredKey, signAsNotary } from "@patrix/federation";
import type { ServerKeys } from "@patrix/federation-api";
import type { RoomVersionRules } from "@patrix/room-versions";
import {
  createVerifyKey,
  formatSigningKeyFile,
  generateSigningKey,
  parseSigningKeyFile,
  signEvent,
  type SigningKey,
  type VerifyKey,
} from "@patrix/signatures";
import { makeFolder } from "../../store/make-folder.ts";
import { FederatedError } from "../errors.ts";

/** The public key of the seed with which the specification shows how to sign. */
const PUBLISHED_KEY = "XGX0JRS2Af3be3knz2fBiRbApjm2Dh61gXDJA8kcJNI";
/** How long others may keep what this server publishes of its keys, in milliseconds. */
const LIFETIME_MS = 24 * 60 * 60 * 1_000;
/** How long one answer is given, in milliseconds. */
const KEPT_MS = 60 * 60 * 1_000;

/** What the keys of a server are. */
export interface OwnKeysSettings {
  readonly serverName: string;
  readonly clock: Clock;
  /** The file of the signing keys; it is made where it is missing. */
  readonly path: string;
  readonly retired: readonly RetiredKey[];
}

/** The keys with which this server signs events and requests. */
export class OwnKeys {
  readonly serverName: string;
  /** The key that signs. */
  readonly signingKey: SigningKey;
  readonly #settings: OwnKeysSettings;
  readonly #current: readonly SigningKey[];
  #published: { readonly keys: ServerKeys; readonly untilTs: number } | undefined;

  private constructor(settings: OwnKeysSettings, current: readonly [SigningKey, ...SigningKey[]]) {
    this.serverName = settings.serverName;
    this.#settings = settings;
    this.#current = current;
    this.signingKey = current[0];
  }

  /** Reads the keys, or makes the first one. @throws {FederatedError} `KEY_FILE_UNREADABLE` naming the file, never its content. */
  static open(settings: OwnKeysSettings): OwnKeys {
    const { path } = settings;
    try {
      if (!existsSync(path)) writeNewKey(path);
      const [first, ...others] = parseSigningKeyFile(readFileSync(path, "utf8"));
      if (!first) throw new RangeError("the file holds no key");
      if ([first, ...others].some(({ publicKey }) => publicKey === PUBLISHED_KEY))
        throw new RangeError(
          "it is the example of the specification, which everybody has: remove the file, and the server makes a key of its own",
        );
      return new OwnKeys(settings, [first, ...others]);
    } catch (error) {
      const reason = error instanceof Error ? error.message : "it holds no key";
      throw new FederatedError("KEY_FILE_UNREADABLE", `the signing key ${path} cannot be used: ${reason}`, { cause: error });
    }
  }

  /** What the server publishes of its keys. */
  published(): ServerKeys {
    const now = this.#settings.clock.now();
    if (this.#published && this.#published.untilTs > now) return this.#published.keys;
    const { serverName, retired } = this.#settings;
    const keys = buildServerKeys({ serverName, current: this.#current, retired, validUntilTs: now + LIFETIME_MS });
    this.#published = { keys, untilTs: now + KEPT_MS };
    return keys;
  }

  /** The public keys, for checking what this server has signed: those that are retired as well. */
  get verifyKeys(): readonly VerifyKey[] {
    const current = this.#current.map(({ publicKey, keyId }) =>
      createVerifyKey(publicKey, keyId, { validUntilTs: Number.MAX_SAFE_INTEGER }),
    );
    const retired = this.#settings.retired.map(({ publicKey, keyId, expiredTs }) => createVerifyKey(publicKey, keyId, { expiredTs }));
    return [...current, ...retired];
  }

  /** Adds this server's signature to an event. */
  sign(pdu: JsonObject, rules: RoomVersionRules): JsonObject {
    return signEvent(pdu, this.serverName, this.signingKey, rules);
  }

  /** Vouches for what another server publishes of its keys. */
  vouch(response: JsonObject): JsonObject {
    return signAsNotary(response, this.serverName, this.signingKey);
  }
}

/** Makes a key, which is there as a whole or not at all. */
function writeNewKey(path: string): void {
  makeFolder(dirname(path));
  const key = generateSigningKey(`ed25519:a_${randomBytes(3).toString("hex")}`);
  const unfinished = `${path}.new`;
  const file = openSync(unfinished, "w", 0o600);
  try {
    writeSync(file, formatSigningKeyFile([key]));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(unfinished, path);
}
