import { StoreError } from "./store/errors.ts";

/** Told of what has failed while nobody waited for it. */
export type BackgroundFailure = (what: string, error: unknown) => void;

/** Lets something go on that nobody waits for. A failure of the store is told where the store is looked after, and not again. */
export function inBackground(task: Promise<unknown>, failed: (error: unknown) => void): Promise<void> {
  return task.then(
    () => {},
    (error: unknown) => {
      if (!(error instanceof StoreError)) failed(error);
    },
  );
}
