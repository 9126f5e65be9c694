import { library } from "../../tsup.base.ts";

export default library(["src/index.ts", "src/compile.ts", "src/json-schema.ts"]);
