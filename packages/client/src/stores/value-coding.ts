import { ClientError } from "../errors.ts";

/** A key and its value as they are kept. */
export interface EncodedRow {
  readonly key: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** How keys and values look where they are kept. */
export interface ValueCoding {
  /** The form of a key; equal for equal keys. */
  encodeKey(table: string, key: string): string;
  encode(table: string, key: string, text: string): EncodedRow;
  /** @throws {ClientError} `WRONG_PASSPHRASE` if it was not encoded like this. */
  decode(table: string, encodedKey: string, bytes: Uint8Array): { readonly key: string; readonly text: string };
}

const utf8 = /* @__PURE__ */ new TextEncoder();
const utf8Decoder = /* @__PURE__ */ new TextDecoder();

/** Leaves everything readable. */
export const plainCoding: ValueCoding = {
  encodeKey: (_, key) => key,
  encode: (_, key, text) => ({ key, bytes: utf8.encode(text) }),
  decode: (_, key, bytes) => ({ key, text: utf8Decoder.decode(bytes) }),
};

const saltBytes = 16;
const probe = { table: "meta", key: "probe" } as const;

/** What the secret of a new store is made with, beside the passphrase. */
export function newSalt(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(saltBytes));
}

/** What a store keeps to tell whether it is opened as it was written. */
export function probeOf(coding: ValueCoding): EncodedRow["bytes"] {
  return coding.encode(probe.table, probe.key, "true").bytes;
}

/** @throws {ClientError} `WRONG_PASSPHRASE` if another coding has made the probe. */
export function checkProbe(coding: ValueCoding, bytes: Uint8Array): void {
  coding.decode(probe.table, coding.encodeKey(probe.table, probe.key), bytes);
}

/** Refuses a passphrase for a store that has none, and none for one that has one: those who write to a plain store must not believe it to be sealed. */
export function requireSameKind(store: { readonly hasSalt: boolean }, passphrase: string | undefined): void {
  if (store.hasSalt === (passphrase !== undefined)) return;
  throw new ClientError("WRONG_PASSPHRASE", store.hasSalt ? "the store has a passphrase" : "the store has no passphrase");
}
