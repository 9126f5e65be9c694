import { parseArgs } from "node:util";
import { createClient, silentLogger } from "@patrix/client";
import { sqliteStore } from "@patrix/client/node";
import { ask } from "./ask.ts";
import { Chat } from "./chat.ts";
import { signIn, signInByBrowser } from "./sign-in.ts";
import { openTerminal } from "./terminal.ts";

const { positionals, values } = parseArgs({ allowPositionals: true, options: { browser: { type: "boolean" } } });
const [server = "example.org"] = positionals;
const store = sqliteStore(process.env.STORE ?? "./terminal.db", { passphrase: process.env.STORE_KEY });
// What is logged would be written over the screen.
const client = await createClient(server, { store, encryption: true, logger: silentLogger });
if (values.browser === true) await signInByBrowser(client);
else await signIn(client, ask);
const terminal = openTerminal();
try {
  await client.start();
  await new Chat(client, terminal).run();
} finally {
  terminal.close();
  await client[Symbol.asyncDispose]();
}
