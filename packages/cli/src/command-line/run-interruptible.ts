import { CliError } from "../errors.ts";

/**
 * Runs work that Ctrl-C, or a request to end, ends early.
 *
 * @param ended - What is to be said then.
 * @throws {@link CliError} `CANNOT_GO_ON` if it was ended.
 */
export async function runInterruptible<T>(ended: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interrupt = new AbortController();
  const stop = (): void => interrupt.abort();
  process.once("SIGINT", stop).once("SIGTERM", stop);
  try {
    return await work(interrupt.signal);
  } catch (error) {
    if (interrupt.signal.aborted) throw new CliError("CANNOT_GO_ON", ended, { cause: error });
    throw error;
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}
