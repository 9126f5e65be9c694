import { library } from "../../tsup.base.ts";

export default library(["src/index.ts", "src/browser/index.ts", "src/node/index.ts"]);
