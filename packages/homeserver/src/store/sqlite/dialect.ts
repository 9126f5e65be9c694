/** Translates a statement of the catalogue: `in inList(?1)` is a look into the JSON array. */
export function toSqlite(sql: string): string {
  return sql.replaceAll(/inList\((\?\d+)\)/g, "(select value from json_each($1))");
}
