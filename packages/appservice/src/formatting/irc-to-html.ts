import { escapeHtml } from "@patrix/html";
import { IRC, IRC_COLORS, withoutControls } from "./irc-codes.ts";

/** A text of another network as a message: `html` only where something is formatted. */
export interface FormattedText {
  readonly text: string;
  readonly html?: string | undefined;
}

interface Style {
  bold: boolean;
  italic: boolean;
  underline: boolean;
  strikethrough: boolean;
  monospace: boolean;
  color: string | undefined;
  background: string | undefined;
}

const TOGGLES = new Map<string, "bold" | "italic" | "underline" | "strikethrough" | "monospace">([
  [IRC.bold, "bold"],
  [IRC.italic, "italic"],
  [IRC.underline, "underline"],
  [IRC.strikethrough, "strikethrough"],
  [IRC.monospace, "monospace"],
]);
const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "del", monospace: "code" } as const;

const TOKEN = new RegExp(
  [
    `${IRC.color}(?:(\\d{1,2})(?:,(\\d{1,2}))?)?`,
    `${IRC.hexColor}(?:([0-9a-fA-F]{6})(?:,([0-9a-fA-F]{6}))?)?`,
    `[${IRC.reset}${IRC.reverse}${[...TOGGLES.keys()].join("")}]`,
  ].join("|"),
  "g",
);

function plainStyle(): Style {
  return { bold: false, italic: false, underline: false, strikethrough: false, monospace: false, color: undefined, background: undefined };
}

/** Reads a line of IRC with its codes as text and HTML; whatever else it holds is escaped. */
export function ircToHtml(line: string): FormattedText {
  const style = plainStyle();
  let text = "";
  let html = "";
  let isFormatted = false;
  let from = 0;
  const take = (part: string): void => {
    const clean = withoutControls(part);
    if (clean === "") return;
    const shown = wrap(escapeHtml(clean), style);
    isFormatted ||= shown.tags > 0;
    text += clean;
    html += shown.html;
  };
  for (const match of line.matchAll(TOKEN)) {
    take(line.slice(from, match.index));
    from = match.index + match[0].length;
    apply(style, match);
  }
  take(line.slice(from));
  return { text, html: isFormatted ? html : undefined };
}

function apply(style: Style, [code, foreground, background, hex, hexBackground]: RegExpExecArray): void {
  const toggle = TOGGLES.get(code);
  if (toggle) style[toggle] = !style[toggle];
  else if (code === IRC.reset) Object.assign(style, plainStyle());
  else if (code === IRC.reverse) [style.color, style.background] = [style.background, style.color];
  else if (code.startsWith(IRC.color)) {
    style.color = foreground === undefined ? undefined : IRC_COLORS[Number(foreground)];
    if (background !== undefined || foreground === undefined) style.background = IRC_COLORS[Number(background)];
  } else {
    style.color = hex && `#${hex.toLowerCase()}`;
    if (hexBackground !== undefined || hex === undefined) style.background = hexBackground && `#${hexBackground.toLowerCase()}`;
  }
}

function wrap(escaped: string, style: Style): { readonly html: string; readonly tags: number } {
  let html = escaped;
  let tags = 0;
  if (style.color !== undefined || style.background !== undefined) {
    const color = style.color === undefined ? "" : ` data-mx-color="${style.color}"`;
    const background = style.background === undefined ? "" : ` data-mx-bg-color="${style.background}"`;
    html = `<span${background}${color}>${html}</span>`;
    tags += 1;
  }
  for (const [name, tag] of Object.entries(TAGS)) {
    if (style[name as keyof typeof TAGS]) {
      html = `<${tag}>${html}</${tag}>`;
      tags += 1;
    }
  }
  return { html, tags };
}
