import { render } from "preact";
import { App } from "./app.tsx";
import { showTheme } from "./theme.ts";

showTheme();
const root = document.querySelector("#app");
if (root) render(<App />, root);
