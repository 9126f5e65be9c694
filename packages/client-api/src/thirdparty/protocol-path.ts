import { type Model, obj, paramsModel } from "@patrix/api";
import * as z from "zod/mini";

/** Path variables of a third-party protocol. */
export interface ProtocolPath {
  /** ID of the protocol, such as `irc`. */
  protocol: string;
}

/** Checks a {@link ProtocolPath}. */
export const ProtocolPath: Model<ProtocolPath> = /* @__PURE__ */ paramsModel(() => obj<ProtocolPath>({ protocol: z.string() }));
