/**
 * The push gateway API as one table of endpoints, for routers and tools.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
import type { AnyEndpoint } from "@patrix/api";
import { notify } from "./notify.ts";

/** Every endpoint of the API, for routers and tools; importing it keeps all of them in a bundle. */
export const endpoints: readonly AnyEndpoint[] = [notify];
