/** What happens to a stream on its way. */
export interface PassOnOptions {
  /** Told of each piece. */
  readonly onChunk?: ((chunk: Uint8Array) => void) | undefined;
  /** Ends it: what it comes from is let go of at once, whether or not anybody reads. */
  readonly signal?: AbortSignal | undefined;
  /** Makes what whoever reads is told, where it fails. */
  readonly explain?: ((error: unknown) => unknown) | undefined;
}

/** A stream that is read as fast as it is taken, and no faster. */
export function passOn(
  stream: ReadableStream<Uint8Array>,
  { onChunk, signal, explain = (error) => error }: PassOnOptions,
): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  const forget = (): void => signal?.removeEventListener("abort", abort);
  let abort = (): void => {};
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        abort = () => {
          controller.error(signal?.reason);
          void reader.cancel(signal?.reason).catch(() => {});
        };
        if (signal?.aborted === true) abort();
        else signal?.addEventListener("abort", abort, { once: true });
      },
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (signal?.aborted === true) return;
          if (!done) {
            onChunk?.(value);
            return controller.enqueue(value);
          }
          forget();
          controller.close();
        } catch (error) {
          forget();
          controller.error(explain(error));
        }
      },
      async cancel(reason) {
        forget();
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
