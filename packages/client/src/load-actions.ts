import { loaded } from "./loaded.ts";

/** Loads what is done only when somebody asks for it, with the declarations of the requests that it takes. */
export const actions: () => Promise<typeof import("./actions.ts")> = /* @__PURE__ */ loaded(() => import("./actions.ts"));
