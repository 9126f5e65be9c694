/** Quotations and lists nested deeper than this no longer add to the line prefix, which keeps the output linear. */
const maxPrefixes = 16;

interface Prefix {
  /** Printed once, on the first line of the container. */
  first: string;
  /** Printed on the lines after it. */
  readonly rest: string;
}

/** Collects text into lines, with white space collapsed as HTML shows it. @internal */
export class PlainTextWriter {
  #output = "";
  /** Line ends owed before the next text. */
  #pendingLineEnds = 0;
  /** The containers that hold all of the empty lines owed. */
  #pendingPrefixes = 0;
  #pendingSpace = false;
  #atLineStart = true;
  #preformattedDepth = 0;
  readonly #prefixes: Prefix[] = [];
  readonly #lists: { next: number | undefined }[] = [];
  readonly #rows: { cells: number }[] = [];

  /** Whether a list is open. */
  get isInList(): boolean {
    return this.#lists.length > 0;
  }

  /** Adds text as HTML shows it. */
  text(value: string): void {
    if (this.#preformattedDepth > 0) return this.#preformattedText(value);
    for (const [part] of value.matchAll(/[\t\n\f\r ]+|[^\t\n\f\r ]+/g)) {
      if (/^[\t\n\f\r ]/.test(part)) this.#pendingSpace = true;
      else this.#word(part);
    }
  }

  /** Adds text as it is, after the white space that is owed. */
  mark(value: string): void {
    if (value !== "") this.#word(value);
  }

  /** Ends the line, as `br` does. */
  lineEnd(): void {
    // A prefix is printed for the line that ends here even when nothing stands on it.
    if (this.#atLineStart) this.#word("");
    this.#breakLine();
  }

  /** Makes sure that the next text starts a line (1), after an empty one (2); 0 does nothing. */
  block(lineEnds: number): void {
    if (lineEnds === 0 || this.#output === "") return;
    this.#pendingSpace = false;
    this.#pendingPrefixes = this.#pendingLineEnds === 0 ? this.#prefixes.length : Math.min(this.#pendingPrefixes, this.#prefixes.length);
    this.#pendingLineEnds = Math.max(this.#pendingLineEnds, this.#atLineStart ? lineEnds - 1 : lineEnds);
  }

  /** Prints a thematic break. */
  rule(): void {
    this.block(1);
    this.#word("---");
    this.block(1);
  }

  /** Starts a container whose lines are prefixed; the result ends it. */
  indent(first: string, rest: string): () => void {
    if (this.#prefixes.length >= maxPrefixes) return () => {};
    this.#prefixes.push({ first, rest });
    return () => {
      this.#prefixes.pop();
    };
  }

  /** Starts text whose white space stays; the result ends it. */
  preformatted(): () => void {
    this.#preformattedDepth += 1;
    return () => {
      this.#preformattedDepth -= 1;
    };
  }

  /** Starts a list, numbered from `start` or, without one, bulleted; the result ends it. */
  list(start: number | undefined): () => void {
    this.#lists.push({ next: start });
    return () => {
      this.#lists.pop();
    };
  }

  /** Starts a list item; the result ends it. */
  item(): () => void {
    this.block(1);
    const list = this.#lists.at(-1);
    const marker = list?.next === undefined ? "- " : `${list.next}. `;
    if (list?.next !== undefined) list.next += 1;
    const close = this.indent(marker, " ".repeat(marker.length));
    return () => {
      close();
      this.block(1);
    };
  }

  /** Starts a table row; the result ends it. */
  row(): () => void {
    this.#rows.push({ cells: 0 });
    return () => {
      this.#rows.pop();
    };
  }

  /** Starts a table cell; the result ends it. */
  cell(): () => void {
    const row = this.#rows.at(-1);
    if (row !== undefined && row.cells > 0) {
      this.#pendingSpace = false;
      this.#word("\t");
    }
    if (row !== undefined) row.cells += 1;
    return () => {
      this.#pendingSpace = false;
    };
  }

  /** The text, without white space at its end. */
  finish(): string {
    return this.#output.trimEnd();
  }

  #preformattedText(value: string): void {
    const rows = value.split(/\r\n?|\n/);
    for (const [index, row] of rows.entries()) {
      if (index > 0) this.#breakLine();
      if (row !== "") this.#word(row);
    }
  }

  #breakLine(): void {
    this.#pendingSpace = false;
    if (this.#pendingLineEnds > 0) this.#word("");
    this.#output += "\n";
    this.#atLineStart = true;
  }

  #word(word: string): void {
    for (; this.#pendingLineEnds > 0; this.#pendingLineEnds -= 1) {
      this.#output += this.#atLineStart ? `${this.#continuation().trimEnd()}\n` : "\n";
      this.#atLineStart = true;
    }
    if (this.#atLineStart) {
      for (const prefix of this.#prefixes) {
        this.#output += prefix.first;
        prefix.first = prefix.rest;
      }
    } else if (this.#pendingSpace) this.#output += " ";
    this.#pendingSpace = false;
    this.#atLineStart = false;
    this.#output += word;
  }

  #continuation(): string {
    return this.#prefixes
      .slice(0, this.#pendingPrefixes)
      .map((prefix) => prefix.rest)
      .join("");
  }
}
