import { getRetentionConfiguration } from "@patrix/client-api/unstable";
import { handle } from "@patrix/server";
import type { RetentionPolicy } from "../../rooms/timeline/retention.ts";
import type { Registration } from "../registration.ts";

/** The handler that tells how long messages are kept; none where they are for ever. */
export function retentionHandlers(policy: RetentionPolicy | undefined): Registration[] {
  if (!policy) return [];
  const { defaultMs, leastMs, mostMs } = policy;
  const max = Number.isFinite(mostMs) ? { max: mostMs } : {};
  return [
    handle(getRetentionConfiguration, () => ({
      policies: { "*": defaultMs === undefined ? {} : { max_lifetime: defaultMs } },
      limits: { max_lifetime: { min: leastMs, ...max } },
    })),
  ];
}
