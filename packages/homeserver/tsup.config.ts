import { library } from "../../tsup.base.ts";

// The writer thread is a file of its own beside the chunks, where the store looks for it.
const entries = { index: "src/index.ts", "testing/index": "src/testing/index.ts", "writer-thread": "src/store/sqlite/writer-thread.ts" };

export default library(entries, "node");
