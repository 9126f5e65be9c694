/** Groups rows by the user that they belong to; a user without rows has none. */
export function groupByUser<Row extends { readonly user_nid: number }>(rows: Iterable<Row>): ReadonlyMap<number, readonly Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.user_nid);
    if (group) group.push(row);
    else groups.set(row.user_nid, [row]);
  }
  return groups;
}
