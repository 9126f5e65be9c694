import type { AnyBody } from "../../src/testing/index.ts";

/** What is at a path in a body; `undefined` where there is nothing. */
export function dig(body: AnyBody | undefined, ...path: readonly string[]): AnyBody | undefined {
  return path.reduce<AnyBody | undefined>((value, key) => value?.[key], body);
}

/** The list at a path in a body; empty where there is none. */
export function listAt(body: AnyBody | undefined, ...path: readonly string[]): readonly AnyBody[] {
  return (dig(body, ...path) as AnyBody[] | undefined) ?? [];
}
