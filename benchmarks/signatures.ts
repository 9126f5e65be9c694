// What the signing port costs on top of bare node:crypto, for a message of 1 KB.
import { createPrivateKey, createPublicKey, randomBytes, sign, verify } from "node:crypto";
import { createVerifyKey, defaultEd25519, signingKeyFromSeed, signingKeyToPkcs8 } from "@patrix/signatures";
import { type Benchmark, measure, type Target } from "./benchmark.ts";

const WITHIN_5_PERCENT: Target = { atLeast: 1 / 1.05, note: "at most 5 % on top" };

/** Ed25519 over node:crypto. */
export const subject: Benchmark = {
  name: "signatures",
  run: async (context) => {
    const seed = Uint8Array.from(randomBytes(32));
    const message = Uint8Array.from(randomBytes(1024));
    const key = signingKeyFromSeed(seed, "ed25519:bench");
    const bare = createPrivateKey({ key: Buffer.from(signingKeyToPkcs8(key)), format: "der", type: "pkcs8" });
    const barePublic = createPublicKey(bare);
    const signature = Uint8Array.from(sign(null, message, bare));
    const verifier = defaultEd25519().prepareVerifier(Buffer.from(createVerifyKey(key.publicKey, key.keyId).publicKey, "base64"));
    if (!verifier.verify(message, signature)) throw new Error("the port refuses a signature of node:crypto");
    const signing = [
      { name: "port: sign", run: () => key.sign(message) },
      { name: "node:crypto sign", run: () => sign(null, message, bare) },
    ];
    const verifying = [
      { name: "port: verify", run: () => verifier.verify(message, signature) },
      { name: "node:crypto verify", run: () => verify(null, message, barePublic, signature) },
    ];
    return [
      measure("sign 1 KB", signing, { "node:crypto sign": WITHIN_5_PERCENT }, context),
      measure("verify 1 KB", verifying, { "node:crypto verify": WITHIN_5_PERCENT }, context),
    ];
  },
};
