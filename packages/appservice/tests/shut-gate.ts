/** A promise that a test resolves when it is time. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

/** A gate that nobody has opened yet. */
export function shutGate(): Gate {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}
