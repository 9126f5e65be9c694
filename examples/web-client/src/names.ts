/** What somebody is called: their name, or the first part of an ID that stands in its place. */
export function nameOf({ name, id }: { readonly name: string; readonly id: string }): string {
  return name === id ? localpartOf(id) : name;
}

/** The first part of a user ID. */
export function localpartOf(id: string): string {
  return id.slice(1).split(":", 1)[0] ?? id;
}
