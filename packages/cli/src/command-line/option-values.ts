import { CliError } from "../errors.ts";

type RawValues = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

/** The options of one call, by their declared names. */
export class OptionValues {
  readonly #values: RawValues;

  constructor(values: RawValues) {
    this.#values = values;
  }

  /** The text of an option, `undefined` if it was not given. */
  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === "string" ? value : undefined;
  }

  /** The text of an option that the command cannot do without. @throws {@link CliError} `USAGE`. */
  requiredText(name: string, why: string): string {
    const value = this.text(name);
    if (value === undefined) throw new CliError("USAGE", `--${name} is needed: ${why}`);
    return value;
  }

  /** Whether a switch was given. */
  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  /** Every text of an option that may be repeated. */
  list(name: string): readonly string[] {
    const value = this.#values[name];
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  }
}
