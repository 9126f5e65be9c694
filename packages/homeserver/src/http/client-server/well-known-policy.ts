import { matrixError } from "@patrix/api";
import { getWellknownPolicy } from "@patrix/client-api";
import { handle } from "@patrix/server";
import type { Registration } from "../registration.ts";

/** The handler that tells clients the key of the policy server that answers under this server's name. */
export function wellKnownPolicyHandlers(publicKey: string | undefined): Registration[] {
  return [
    handle(getWellknownPolicy, () => {
      if (publicKey === undefined) throw matrixError("M_NOT_FOUND", "there is no policy server under this name");
      return { public_keys: { ed25519: publicKey } };
    }),
  ];
}
