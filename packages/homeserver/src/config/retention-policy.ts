import type { RetentionPolicy } from "../rooms/timeline/retention.ts";
import type { RetentionConfig } from "./config.ts";
import { type Duration, durationMs } from "./duration.ts";

/** How long messages are kept by a configuration; `undefined` where they are for ever, whatever rooms say. */
export function retentionPolicy(config: RetentionConfig): RetentionPolicy | undefined {
  if (!config.enabled) return undefined;
  const read = (duration: Duration | undefined): number | undefined => (duration === undefined ? undefined : durationMs(duration));
  return {
    defaultMs: read(config.default_policy.max_lifetime),
    leastMs: read(config.allowed_lifetime_min) ?? 0,
    mostMs: read(config.allowed_lifetime_max) ?? Number.POSITIVE_INFINITY,
  };
}
