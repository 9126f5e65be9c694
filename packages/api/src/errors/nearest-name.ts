/** Names longer than this are not compared: nobody mistypes them, and comparing takes the product of two lengths. */
const MAX_LENGTH = 80;

/**
 * Finds the name that somebody probably meant: the one that is the fewest typing errors away, upper and lower case aside. A typing error is
 * a letter too much, missing, wrong, or two exchanged.
 *
 * @returns The first of the nearest names; `undefined` if even those differ in more than a third of the letters of what was written.
 * @example
 * nearestName("m.room.mesage", ["m.room.member", "m.room.message"]); // "m.room.message"
 */
export function nearestName(written: string, names: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let fewest = Math.floor(written.length / 3) + 1;
  if (written.length > MAX_LENGTH) return undefined;
  for (const name of names) {
    if (name.length > MAX_LENGTH) continue;
    const errors = typingErrors(written.toLowerCase(), name.toLowerCase());
    if (errors < fewest) [nearest, fewest] = [name, errors];
  }
  return nearest;
}

/** The edit distance with exchanged neighbours (optimal string alignment). */
function typingErrors(a: string, b: string): number {
  let twoAbove: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const isExchanged = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const edited = Math.min((above[j - 1] ?? 0) + (isSame ? 0 : 1), (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      row.push(isExchanged ? Math.min(edited, (twoAbove[j - 2] ?? 0) + 1) : edited);
    }
    [twoAbove, above] = [above, row];
  }
  return above[b.length] ?? 0;
}
