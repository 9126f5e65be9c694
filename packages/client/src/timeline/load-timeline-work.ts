import { loaded } from "../loaded.ts";

/** Loads the workings of timelines, lists of threads and polls. */
export const timelineWork: () => Promise<typeof import("./timeline-work.ts")> = /* @__PURE__ */ loaded(() => import("./timeline-work.ts"));
