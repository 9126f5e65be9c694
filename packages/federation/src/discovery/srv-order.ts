import type { Random } from "../ports/random.ts";
import type { SrvRecord } from "../ports/dns.ts";

/**
 * Puts service records in the order in which they are tried: by priority, and by chance in proportion to their weight within one.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc2782}
 */
export function orderSrvRecords(records: readonly SrvRecord[], random: Random): SrvRecord[] {
  const byPriority = new Map<number, SrvRecord[]>();
  for (const record of records) {
    const group = byPriority.get(record.priority);
    if (group) group.push(record);
    else byPriority.set(record.priority, [record]);
  }
  return [...byPriority.entries()].toSorted(([a], [b]) => a - b).flatMap(([, group]) => drawAll(group, random));
}

function drawAll(group: readonly SrvRecord[], random: Random): SrvRecord[] {
  // Those without weight come first, so that they have a small chance.
  const left = group.toSorted((a, b) => Math.min(a.weight, 1) - Math.min(b.weight, 1));
  const drawn: SrvRecord[] = [];
  while (left.length > 0) drawn.push(...left.splice(drawIndex(left, random), 1));
  return drawn;
}

function drawIndex(records: readonly SrvRecord[], random: Random): number {
  const total = records.reduce((sum, { weight }) => sum + weight, 0);
  const mark = Math.floor(random() * (total + 1));
  let sum = 0;
  const index = records.findIndex(({ weight }) => (sum += weight) >= mark);
  return Math.max(index, 0);
}
