import { declarations } from "../../tsup.base.ts";

export default declarations(["src/index.ts", "src/*/index.ts"]);
