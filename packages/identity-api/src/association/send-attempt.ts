import { lenient, type Repair } from "@patrix/api";
import type { Schema } from "@patrix/identifiers";
import * as z from "zod/mini";

const readInteger: Repair = (value) => (typeof value === "string" && /^\d{1,15}$/.test(value) ? { replacement: Number(value) } : undefined);

/** Describes the number of an attempt to send a token. Some clients send it as a text. @internal */
/* @__NO_SIDE_EFFECTS__ */
export function sendAttempt(): Schema<number> {
  return lenient(z.int(), "send-attempt-as-text", readInteger);
}
