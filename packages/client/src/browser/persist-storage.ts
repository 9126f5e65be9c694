/**
 * Asks the browser to keep what the site has stored even where space runs out; without that a browser may throw it away. Some browsers ask the
 * user, so do it when they expect it, as after a login. Tells whether it is granted; `false` too where it cannot be asked for.
 */
export async function persistStorage(): Promise<boolean> {
  // Missing where the page is not loaded securely.
  const storage: StorageManager | undefined = globalThis.navigator?.storage;
  if (typeof storage?.persist !== "function") return false;
  return (await storage.persisted()) || storage.persist();
}
