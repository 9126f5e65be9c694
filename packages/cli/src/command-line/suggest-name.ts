import { nearestName } from "@patrix/api";

/** Says which name was probably meant, as ` Did you mean …?`; empty if none is close. */
export function suggestName(typed: string, names: Iterable<string>): string {
  const nearest = nearestName(typed, names);
  return nearest === undefined ? "" : ` Did you mean ${nearest}?`;
}
