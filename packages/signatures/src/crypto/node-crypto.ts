import type { Bytes } from "./ed25519.ts";

/** A `KeyObject` of `node:crypto`. */
export interface NodeKeyObject {
  export(options: { format: "der"; type: "spki" }): Bytes;
}

interface DerKey {
  key: Bytes;
  format: "der";
}

/** The functions of `node:crypto` that this package calls. */
export interface NodeCrypto {
  createPrivateKey(key: DerKey & { type: "pkcs8" }): NodeKeyObject;
  createPublicKey(key: (DerKey & { type: "spki" }) | NodeKeyObject): NodeKeyObject;
  sign(algorithm: null, data: Bytes, key: NodeKeyObject): Bytes;
  verify(algorithm: null, data: Bytes, key: NodeKeyObject, signature: Bytes): boolean;
  verify(
    algorithm: null,
    data: Bytes,
    key: NodeKeyObject,
    signature: Bytes,
    callback: (error: Error | null, result: boolean) => void,
  ): void;
  /** Missing before Node 20.12. */
  readonly hash?: (algorithm: "sha256", data: string | Bytes, encoding: "base64") => string;
}

type Host = typeof globalThis & { readonly process?: { getBuiltinModule?(id: string): unknown } };

/**
 * `node:crypto` where the platform has it (Node from 20.16, Bun, Deno), otherwise `undefined`.
 *
 * It is asked for at run time, so that bundlers for browsers find no import of a built-in module.
 */
export function findNodeCrypto(): NodeCrypto | undefined {
  const host: Host = globalThis;
  const module = host.process?.getBuiltinModule?.("node:crypto");
  return isNodeCrypto(module) ? module : undefined;
}

const used: readonly (keyof NodeCrypto)[] = ["createPrivateKey", "createPublicKey", "sign", "verify"];

/** Bundlers put empty objects in place of built-in modules. */
function isNodeCrypto(module: unknown): module is NodeCrypto {
  return typeof module === "object" && module !== null && used.every((name) => typeof Reflect.get(module, name) === "function");
}
