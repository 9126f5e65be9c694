/** A server with an application service, until it is killed. Arguments: data folder, registration file. */
import { testHomeserver } from "../../src/testing/index.ts";

const [, , dataDir = "", file = ""] = process.argv;
const server = await testHomeserver({ dataDir, config: { app_service_files: [file] } });
process.stdout.write(`${server.url}\n`);
setInterval(() => {}, 1_000);
