import { type Client, ClientError } from "@patrix/client";
import { loopback, type LoopbackOptions } from "@patrix/client/node";

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

const clientMetadata = { client_name: "Terminal client", client_uri: "https://terminal.example.org/" };

/** Logs in on a page of the server, in the browser of this computer, unless the store holds a session. */
export async function signInByBrowser(client: Client, options: LoopbackOptions = {}): Promise<void> {
  if (client.session.value) return;
  const flows = await client.login.flows();
  const visit = loopback(options);
  if (flows.includes("oauth")) await client.login.oauth({ visit, clientMetadata });
  else if (flows.includes("m.login.sso")) await client.login.sso({ visit, deviceName: "Terminal" });
  else throw new ClientError("INVALID_OPTIONS", "--browser: the server has no page to log in on");
}
