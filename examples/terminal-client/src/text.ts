/** How text of others is shown: nothing in it moves the cursor, changes colours or runs from right to left over the rest. */
export function clean(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu, (character) =>
    character === "\n" || character === "\t" ? " " : "",
  );
}

const segmenter = new Intl.Segmenter();
const wide =
  /^(?:\p{Emoji_Presentation}|.\uFE0F|[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}])/u;
const none = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

/** The columns that a character takes: what people see as one. */
function widthOf(character: string): number {
  if (none.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

function characters(text: string): string[] {
  return [...segmenter.segment(text)].map(({ segment }) => segment);
}

/** The columns that a text takes. */
export function width(text: string): number {
  return characters(text).reduce((sum, each) => sum + widthOf(each), 0);
}

/** The text in exactly so many columns: cut off with an ellipsis, or filled up with spaces. */
export function fit(text: string, columns: number): string {
  const total = width(text);
  if (total <= columns) return text + " ".repeat(columns - total);
  let [kept, used] = ["", 0];
  for (const each of characters(text)) {
    if (used + widthOf(each) > columns - 1) break;
    kept += each;
    used += widthOf(each);
  }
  return columns < 1 ? "" : `${kept}…${" ".repeat(columns - 1 - used)}`;
}

/** The end of a text that fits into so many columns. */
export function tail(text: string, columns: number): string {
  const all = characters(text);
  let used = 0;
  let from = all.length;
  while (from > 0 && used + widthOf(all[from - 1] ?? "") <= columns) used += widthOf(all[(from -= 1)] ?? "");
  return all.slice(from).join("");
}

/** Breaks a text into lines of so many columns, between words where that is possible. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let [line, used, space] = ["", 0, -1];
  for (const each of characters(text)) {
    if (used + widthOf(each) > Math.max(2, columns)) {
      const at = space > 0 && each !== " " ? space : line.length;
      lines.push(line.slice(0, at));
      line = line.slice(at).trimStart();
      [used, space] = [width(line), -1];
      if (each === " ") continue;
    }
    if (each === " ") space = line.length;
    line += each;
    used += widthOf(each);
  }
  return [...lines, line];
}
