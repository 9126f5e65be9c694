import type * as z from "zod/mini";

/** A zod/mini schema whose output is `T`; the form in which every package shares its schemas. */
export type Schema<T> = z.ZodMiniType<T>;
