import { ClientError } from "./errors.ts";

/** Gives a part of the client that is loaded when it is first asked for. @throws {ClientError} `NETWORK_ERROR` where it cannot be loaded; ask again. */
export type Loaded<T> = () => Promise<T>;

/** Makes a {@link Loaded} from what loads the part. */
export function loaded<T>(load: () => Promise<T>): Loaded<T> {
  let part: Promise<T> | undefined;
  return () =>
    (part ??= load().catch((error: unknown) => {
      part = undefined;
      throw error instanceof ClientError ? error : new ClientError("NETWORK_ERROR", "a part of the program could not be loaded", error);
    }));
}
