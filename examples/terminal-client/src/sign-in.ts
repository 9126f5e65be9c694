import type { Client } from "@patrix/client";

/** Asks for a line; of a secret one nothing is shown. */
export type Ask = (question: string, options?: { readonly isSecret?: boolean }) => Promise<string>;

/** Logs in, unless the store holds a session. */
export async function signIn(client: Client, ask: Ask): Promise<void> {
  while (!client.session.value) {
    const [user, password] = [await ask("User: "), await ask("Password: ", { isSecret: true })];
    try {
      await client.login.password(user, password, { deviceName: "Terminal" });
    } catch (error) {
      if (user === "") throw error;
      await ask(`${error instanceof Error ? error.message : String(error)}. Enter tries again. `);
    }
  }
}
