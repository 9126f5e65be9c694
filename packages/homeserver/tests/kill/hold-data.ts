/** A server that holds its data folder until it is killed. Argument: the folder. */
import { testHomeserver } from "../../src/testing/index.ts";

await testHomeserver({ dataDir: process.argv[2] ?? "" });
process.stdout.write("up\n");
setInterval(() => {}, 1_000);
