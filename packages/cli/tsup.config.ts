import { library, program } from "../../tsup.base.ts";

// Threads of the homeserver are files of their own beside the chunks, where it looks for them.
const entries = {
  main: "src/main.ts",
  "writer-thread": "../homeserver/src/store/sqlite/writer-thread.ts",
  "bcrypt-thread": "../homeserver/src/accounts/bcrypt-thread.ts",
  "resolution-thread": "../homeserver/src/rooms/state/resolution-thread.ts",
};

export default [library(["src/index.ts"], "node"), program(entries)];
