// A bridge to an IRC server. See the README for how to run it.
import { once } from "node:events";
import { createServer } from "node:http";
import { createAppservice, openRegistration, sqliteStore } from "@patrix/appservice";
import { startIrcBridge } from "./irc-bridge.ts";

const { HOMESERVER = "http://localhost:8008", REGISTRATION = "irc-registration.yaml", STORE = "irc-bridge.db" } = process.env;
const { IRC_ENCRYPTED = "", IRC_FILES_URL = "", IRC_FILES_PORT = "9001" } = process.env;
const { IRC_HOST = "localhost", IRC_PORT = "6667", IRC_TLS = "", IRC_NICK = "matrix", IRC_CHANNELS = "#matrix" } = process.env;
const PORT = Number(process.env["PORT"] ?? "9000");

const { registration, isNew } = openRegistration(REGISTRATION, {
  id: "irc",
  url: `http://127.0.0.1:${PORT}`,
  senderLocalpart: "_irc_bot",
  ghostPrefix: "_irc_",
  aliasPrefix: "irc_",
  protocols: ["irc"],
  encryption: true,
});
if (isNew) {
  console.log(
    `Name ${REGISTRATION} under app_service_files in the configuration of the homeserver, start the homeserver again, then this.`,
  );
  process.exit();
}

const store = sqliteStore<string>(STORE);
const service = await createAppservice({
  registration,
  homeserverUrl: HOMESERVER,
  store,
  // Registrations of before the bridge could encrypt do without.
  encryption: registration["org.matrix.msc3202"] === true,
  queries: {
    // Whoever joins #irc_talk:example.org gets the channel #talk.
    alias: async (alias) => {
      const channel = /^#irc_([a-z0-9._-]+):/.exec(alias)?.[1];
      if (channel === undefined) return false;
      await bridge.bridge(`#${channel}`);
      return true;
    },
  },
});
const channels = IRC_CHANNELS.split(",");
const bridge = await startIrcBridge(service, {
  irc: { host: IRC_HOST, port: Number(IRC_PORT), tls: IRC_TLS !== "", nick: IRC_NICK },
  channels,
  isEncrypted: IRC_ENCRYPTED !== "",
  filesUrl: IRC_FILES_URL === "" ? undefined : IRC_FILES_URL,
});
const server = createServer(service.listener).listen(PORT, "127.0.0.1");
await once(server, "listening");
// On a port of its own: what the homeserver asks is nobody else's.
const files = bridge.files && createServer(bridge.files).listen(Number(IRC_FILES_PORT), "127.0.0.1");
if (files) await once(files, "listening");
service.start();
console.log(`The bridge runs. Join ${channels.map((channel) => `#irc_${channel.slice(1)}:${service.serverName}`).join(", ")}`);

await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
server.close();
files?.close();
// What is being said is said to its end; then the bridge leaves IRC, and what it heard last is stored.
await service[Symbol.asyncDispose]();
await bridge[Symbol.asyncDispose]();
await store[Symbol.asyncDispose]();
process.exit();
