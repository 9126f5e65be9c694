/** Thrown when a bot is put together wrongly; match on `code`. */
export class BotError extends Error {
  override readonly name = "BotError";
  readonly code: "BAD_SPEC" | "DUPLICATE_COMMAND" | "MISSING_PASSWORD";
  constructor(code: BotError["code"], message: string) {
    super(message);
    this.code = code;
  }
}
