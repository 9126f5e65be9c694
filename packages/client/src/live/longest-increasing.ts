/**
 * Finds the longest part of a sequence whose numbers increase, and gives its places in order. Negative numbers are left out; no number
 * comes twice.
 */
export function longestIncreasing(numbers: readonly number[]): readonly number[] {
  // The place of the smallest number with which a part of each length ends.
  const ends: number[] = [];
  const previous: (number | undefined)[] = [];
  for (const [place, value] of numbers.entries()) {
    if (value < 0) continue;
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((numbers[ends[middle] ?? 0] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    previous[place] = ends[low - 1];
    ends[low] = place;
  }
  const found: number[] = [];
  for (let place = ends.at(-1); place !== undefined; place = previous[place]) found.push(place);
  return found.toReversed();
}
