/** The codes that IRC clients agree on. */
export const IRC = {
  bold: "\u0002",
  color: "\u0003",
  hexColor: "\u0004",
  reset: "\u000F",
  monospace: "\u0011",
  reverse: "\u0016",
  italic: "\u001D",
  strikethrough: "\u001E",
  underline: "\u001F",
} as const;

/** The sixteen colours of IRC by their numbers. */
export const IRC_COLORS: readonly string[] = [
  "#ffffff",
  "#000000",
  "#00007f",
  "#009300",
  "#ff0000",
  "#7f0000",
  "#9c009c",
  "#fc7f00",
  "#ffff00",
  "#00fc00",
  "#009393",
  "#00ffff",
  "#0000fc",
  "#ff00ff",
  "#7f7f7f",
  "#d2d2d2",
];

/** Takes the characters out of a text that end lines or mean something to IRC. */
export function withoutControls(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  return text.replace(/[\u0000-\u0008\u000B-\u001F\u007F]/g, "");
}
