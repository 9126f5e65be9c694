import type { JSX } from "preact";

const colors = 8;

/** The first letter of a name on a colour of its own. */
export function Avatar({ name, id, small = false }: { name: string; id: string; small?: boolean }): JSX.Element {
  const letter = Array.from(name.replace(/^[@#!+\s]+/, ""))[0] ?? "?";
  return (
    <span class={`avatar c${colorOf(id)} ${small ? "small" : ""}`} aria-hidden="true">
      {letter.toUpperCase()}
    </span>
  );
}

/** The number of the colour that somebody has everywhere. */
export function colorOf(id: string): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 65_521;
  return sum % colors;
}
