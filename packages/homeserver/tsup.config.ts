import { library } from "../../tsup.base.ts";

// Threads are files of their own beside the chunks, where those look for them who start them.
const entries = {
  index: "src/index.ts",
  "testing/index": "src/testing/index.ts",
  "writer-thread": "src/store/sqlite/writer-thread.ts",
  "bcrypt-thread": "src/accounts/bcrypt-thread.ts",
  "resolution-thread": "src/rooms/state/resolution-thread.ts",
};

export default library(entries, "node");
