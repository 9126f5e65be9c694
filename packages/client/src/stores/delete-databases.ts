/** Deletes the databases of an IndexedDB whose names begin with a text. One that somebody has open goes when they let go of it. */
export async function deleteDatabases(factory: IDBFactory, prefix: string): Promise<void> {
  for (const { name = "" } of await factory.databases()) {
    if (!name.startsWith(prefix)) continue;
    const request = factory.deleteDatabase(name);
    await new Promise<void>((resolve, reject) => {
      request.addEventListener("success", () => resolve());
      request.addEventListener("blocked", () => resolve());
      request.addEventListener("error", () => reject(request.error ?? new Error(`${name} cannot be deleted`)));
    });
  }
}
