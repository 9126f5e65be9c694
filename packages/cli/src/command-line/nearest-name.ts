/** Finds the name that is the fewest typing errors away; `undefined` if none is close. */
export function nearestName(typed: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  // A third of the letters may differ: more is another word.
  let fewest = Math.floor(Math.min(typed.length, 60) / 3) + 1;
  for (const name of names) {
    if (typed.length > 60 || name.length > 80) continue;
    const distance = editDistance(typed.toLowerCase(), name.toLowerCase());
    if (distance < fewest) [best, fewest] = [name, distance];
  }
  return best;
}

/** Says which name was probably meant, as ` Did you mean …?`; empty if none is close. */
export function suggestName(typed: string, names: Iterable<string>): string {
  const nearest = nearestName(typed, names);
  return nearest === undefined ? "" : ` Did you mean ${nearest}?`;
}

function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    above = row;
  }
  return above[b.length] ?? 0;
}
