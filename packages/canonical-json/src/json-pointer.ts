/** Formats the JSON pointer (RFC 6901) of a path of property names and array indices. */
export function formatJsonPointer(path: readonly (string | number)[]): string {
  let pointer = "";
  for (const step of path) pointer += `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`;
  return pointer;
}
