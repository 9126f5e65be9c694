import { isJsonObject, type JsonObject } from "@patrix/api";
import { requireWithin } from "../errors.ts";
import { E2eeError } from "./errors.ts";
import type { Core } from "../log/core.ts";
import { turnIfDue } from "../turns.ts";
import { operation, type WriteOperation } from "../store/statement.ts";
import { signersOfKey, upsertKeySignature } from "../store/statements/keys.ts";
import { type DeviceKeyStore, encode, publicKeyOf, type UserKeys } from "./device-keys.ts";
import type { DeviceListChange, DeviceLists } from "./device-lists.ts";
import { isSignedWith } from "./verify-signature.ts";

/** Signed keys by user, and by device ID or public key. */
export type SignedKeys = Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
/** What is wrong with signatures, by user, and by device ID or public key. */
export type SignatureFailures = Record<string, Record<string, E2eeError>>;

interface Signer {
  readonly nid: number;
  readonly userId: string;
  readonly keys: UserKeys;
}

/** Takes signatures that users put on keys after those were published. */
export class KeySignatures {
  readonly #core: Core;
  readonly #keys: DeviceKeyStore;
  readonly #deviceLists: DeviceLists;

  constructor(core: Core, keys: DeviceKeyStore, deviceLists: DeviceLists) {
    this.#core = core;
    this.#keys = keys;
    this.#deviceLists = deviceLists;
  }

  /** Stores every signature that is valid and says why the others are not. @throws {LimitError} For too many keys. */
  async upload(userNid: number, userId: string, signed: SignedKeys): Promise<SignatureFailures> {
    const count = Object.values(signed).reduce((sum, keys) => sum + Object.keys(keys).length, 0);
    requireWithin("signedKeys", count, "the body");
    const signer: Signer = { nid: userNid, userId, keys: await this.#keys.ofUser(userNid, userNid) };
    const failures: SignatureFailures = {};
    for (const [targetId, keys] of Object.entries(signed)) {
      const targetNid = await this.#core.users.find(targetId);
      const target =
        targetNid === userNid ? signer.keys : targetNid === undefined ? undefined : await this.#keys.ofUser(targetNid, userNid);
      const operations: WriteOperation[] = [];
      const names: string[] = [];
      for (const [name, key] of Object.entries(keys)) {
        const turn = turnIfDue();
        if (turn) await turn;
        try {
          if (targetNid === undefined || !target) throw new E2eeError("KEY_NOT_FOUND", "the user is not known");
          const added = signaturesOf(signer, targetId, targetNid, target, name, key);
          if (added.length > 0) await this.#requireRoom({ targetNid, name, signerNid: userNid }, added);
          if (added.length > 0) names.push(name);
          operations.push(
            ...added.map(({ keyId, signature }) => operation(upsertKeySignature, targetNid, name, userNid, keyId, signature)),
          );
        } catch (error) {
          if (!(error instanceof E2eeError)) throw error;
          (failures[targetId] ??= {})[name] = error;
        }
      }
      // Others see only a user's signatures on the user's own keys; signatures on someone else's are the signer's affair.
      if (operations.length === 0) continue;
      using quota = await this.#core.quotas.reserve("keyChangesPerDay", userNid, 1, "the body");
      operations.push(quota.count());
      if (targetNid === userNid) await this.#deviceLists.note(userNid, operations, changeOf(signer.keys, names));
      else if (targetNid !== undefined) await this.#deviceLists.noteSigned(targetNid, userNid, operations);
    }
    return failures;
  }

  /** Checks that there is room for signatures beside those that the signer has put on the key before. @throws {LimitError} */
  async #requireRoom(
    { targetNid, name, signerNid }: { readonly targetNid: number; readonly name: string; readonly signerNid: number },
    added: readonly AddedSignature[],
  ): Promise<void> {
    const stored = await this.#core.store.all(signersOfKey, targetNid, name, signerNid);
    const keyIds = new Set([...stored.map((row) => row.key_id), ...added.map(({ keyId }) => keyId)]);
    requireWithin("keySignatures", keyIds.size, "the body");
  }
}

/** What of a user is signed anew: devices, or the master key. */
function changeOf({ devices }: UserKeys, names: readonly string[]): DeviceListChange {
  const deviceIds = names.filter((name) => Object.hasOwn(devices, name));
  return { deviceIds, hasSigningKeys: deviceIds.length < names.length };
}

/** A signature that is not stored yet, and the key that it is by. */
interface AddedSignature {
  readonly keyId: string;
  readonly signature: string;
}

function signaturesOf(
  signer: Signer,
  targetId: string,
  targetNid: number,
  target: UserKeys,
  name: string,
  signed: JsonObject,
): AddedSignature[] {
  const isOwn = targetNid === signer.nid;
  const device = isOwn && Object.hasOwn(target.devices, name) ? target.devices[name] : undefined;
  const master = target.crossSigning.get("master");
  const isMaster = master !== undefined && publicKeyOf(master) === name;
  const stored = device ?? (isMaster ? master : undefined);
  if (!stored) throw new E2eeError("KEY_NOT_FOUND", `the user has no key ${name} that can be signed`);
  if (comparable(stored) !== comparable(signed)) throw new E2eeError("INVALID_SIGNATURE", "the signed key is not the stored one");
  const signatures = isJsonObject(signed["signatures"]) ? signed["signatures"][signer.userId] : undefined;
  if (!isJsonObject(signatures)) throw new E2eeError("INVALID_SIGNATURE", `there is no signature of ${signer.userId}`);
  const added: AddedSignature[] = [];
  for (const [keyId, signature] of Object.entries(signatures)) {
    const known = isJsonObject(stored["signatures"]) ? stored["signatures"][signer.userId] : undefined;
    if (isJsonObject(known) && known[keyId] === signature) continue;
    const publicKey = signingKey(signer, isOwn, device !== undefined, keyId);
    if (publicKey === undefined || typeof signature !== "string" || !isSignedWith(signed, publicKey, signature))
      throw new E2eeError("INVALID_SIGNATURE", `the signature of ${keyId} on ${name} of ${targetId} does not verify`);
    added.push({ keyId, signature });
  }
  return added;
}

/** The key that may sign: the self-signing key for own devices, an own device for the own master key, the user-signing key for others. */
function signingKey({ keys }: Signer, isOwn: boolean, isDevice: boolean, keyId: string): string | undefined {
  const holder = !isOwn
    ? keys.crossSigning.get("user_signing")
    : isDevice
      ? keys.crossSigning.get("self_signing")
      : Object.hasOwn(keys.devices, keyId.slice("ed25519:".length))
        ? keys.devices[keyId.slice("ed25519:".length)]
        : undefined;
  const publicKey = isJsonObject(holder?.["keys"]) ? holder["keys"][keyId] : undefined;
  return typeof publicKey === "string" ? publicKey : undefined;
}

function comparable({ signatures: _signatures, unsigned: _unsigned, ...rest }: JsonObject): string {
  return encode(rest);
}
