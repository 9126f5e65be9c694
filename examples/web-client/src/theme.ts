/** Light, dark, or what the system says. */
export type Theme = "system" | "light" | "dark";

const key = "theme";

/** What was chosen. */
export function chosenTheme(): Theme {
  const chosen = localStorage.getItem(key);
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}

/** Shows a theme, and does so from now on. */
export function chooseTheme(theme: Theme): void {
  localStorage.setItem(key, theme);
  showTheme();
}

/** Shows what was chosen. */
export function showTheme(): void {
  document.documentElement.dataset["theme"] = chosenTheme();
}
