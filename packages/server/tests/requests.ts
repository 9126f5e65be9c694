import type { JsonObject } from "@patrix/api";
import { type HandledEndpoint, handle } from "../src/index.ts";
import type { Received } from "./drivers.ts";
import { putThing } from "./endpoints.ts";

/** Answers with the body of {@link put}. */
export const echo: HandledEndpoint<unknown> = handle(putThing, ({ body }): JsonObject => body);
/** A request that {@link echo} answers. */
export const put = { method: "PUT", uri: "/v3/things/a" } as const;

/** Status and error code of an answer. */
export function errcode({ status, json }: Received): unknown[] {
  return [status, (json as { errcode?: unknown }).errcode];
}

/** Texts as the pieces of a body. */
export async function* chunks(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

/** A body that begins and never ends. */
export async function* endless(begin = "{"): AsyncGenerator<Uint8Array> {
  yield Buffer.from(begin);
  await new Promise(() => {});
}
