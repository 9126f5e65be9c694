const comparisons: Readonly<Record<string, (count: number, bound: number) => boolean>> = {
  "==": (count, bound) => count === bound,
  "<": (count, bound) => count < bound,
  ">": (count, bound) => count > bound,
  "<=": (count, bound) => count <= bound,
  ">=": (count, bound) => count >= bound,
};

/** Compiles the `is` of a `room_member_count` condition; text of another form never matches. */
export function compileMemberCount(is: string): (memberCount: number) => boolean {
  const [, prefix, digits] = /^(==|<=|>=|<|>)?([0-9]+)$/.exec(is) ?? [];
  const compare = comparisons[prefix ?? "=="];
  if (digits === undefined || compare === undefined) return () => false;
  const bound = Number(digits);
  return (memberCount) => compare(memberCount, bound);
}
