import { declarations } from "../../tsup.base.ts";

export default declarations(["src/index.ts", "src/endpoints.ts", "src/*/index.ts"]);
