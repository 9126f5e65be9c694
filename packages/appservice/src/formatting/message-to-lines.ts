import { isJsonObject, type JsonObject } from "@patrix/api";
import { EncryptedFile, type MediaSource, mediaSourceOf, removePlainReplyFallback } from "@patrix/events";
import { htmlToPlainText, type MarkedElement, type Marks } from "@patrix/html";
import { isMxcUri, parseMatrixLink } from "@patrix/identifiers";
import { IRC, withoutControls } from "./irc-codes.ts";

/** How a message is written in lines of text. */
export interface LineOptions {
  /** How formatted text is written: with the codes of IRC, or as words alone. Default: `plain`. */
  readonly marks?: "irc" | "plain" | undefined;
  /**
   * Where people find a file. That of an encrypted room is of no use to anybody as the homeserver has it: `encrypted` says how to decrypt it. Default: only its name is written.
   */
  readonly fileUrl?: ((source: MediaSource) => string | undefined) | undefined;
}

const CODES: Readonly<Record<string, string>> = {
  b: IRC.bold,
  strong: IRC.bold,
  i: IRC.italic,
  em: IRC.italic,
  u: IRC.underline,
  s: IRC.strikethrough,
  del: IRC.strikethrough,
  code: IRC.monospace,
};

/** Writes HTML as plain text, links with where they lead, and no character that means something to a network of text. */
export function htmlToLines(html: string, { marks = "plain" }: LineOptions = {}): string[] {
  const mark = (element: MarkedElement): Marks | undefined => {
    if (element.name === "a") return markLink(element);
    const code = marks === "irc" ? CODES[element.name] : undefined;
    return code === undefined ? undefined : { before: code, after: code };
  };
  const lines = splitLines(htmlToPlainText(html, { mark, text: withoutControls }));
  return marks === "irc" ? closeCodes(lines) : lines;
}

/** Codes hold until the end of the line: what goes on after it is opened again. */
function closeCodes(lines: readonly string[]): string[] {
  const open = new Set<string>();
  const codes = new Set(Object.values(CODES));
  return lines.map((line) => {
    const before = [...open].join("");
    for (const character of line) {
      if (!codes.has(character)) continue;
      if (!open.delete(character)) open.add(character);
    }
    return before + line + [...open].join("");
  });
}

/** The address behind a link; those to people, rooms and events of Matrix say nothing to others. */
function markLink({ attribute }: MarkedElement): Marks | undefined {
  const href = withoutControls(attribute("href") ?? "").trim();
  if (!/^(?:https?|mailto):/i.test(href) || isMatrixLink(href)) return undefined;
  return { after: ` <${href}>` };
}

function isMatrixLink(href: string): boolean {
  try {
    return parseMatrixLink(href) !== undefined;
  } catch {
    return false;
  }
}

function splitLines(text: string): string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}

/**
 * Writes the content of a message as lines of text: of an edit the new content, of an answer what it adds, of a file its name, and nothing of
 * what only clients are told. Nothing of it can end a line or be taken for a code.
 */
export function messageToLines(content: object, options: LineOptions = {}): string[] {
  const fields: JsonObject = Object.fromEntries(Object.entries(content));
  const shown = isJsonObject(fields["m.new_content"]) ? fields["m.new_content"] : fields;
  const { msgtype, format, formatted_body: html, body, url } = shown;
  // What it says is for clients that cannot verify.
  if (msgtype === "m.key.verification.request") return [];
  if (typeof url === "string" || isJsonObject(shown["file"])) return describeFile(shown, options);
  if (format === "org.matrix.custom.html" && typeof html === "string") return htmlToLines(html, options);
  if (msgtype === "m.location") return splitLines(withoutControls(`${textOf(body)} ${textOf(shown["geo_uri"])}`));
  return splitLines(withoutControls(removePlainReplyFallback(textOf(body))));
}

function describeFile({ filename, body, url, file }: JsonObject, { fileUrl }: LineOptions): string[] {
  const name = textOf(filename) || textOf(body) || "a file";
  const caption = textOf(body) === name ? "" : textOf(body);
  const source = mediaSourceOf({ file: EncryptedFile.is(file) ? file : undefined, url: isMxcUri(url) ? url : undefined });
  const place = source && fileUrl?.(source);
  return splitLines(withoutControls([place === undefined ? name : `${name} <${place}>`, caption].join("\n")));
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/**
 * Cuts a line into pieces of at most so many bytes of UTF-8, between words where there are any, and never within a character.
 *
 * @param maxBytes - At least 4, which any character fits in.
 */
export function splitLine(line: string, maxBytes: number): string[] {
  const pieces: string[] = [];
  let piece = "";
  let bytes = 0;
  const size = (text: string): number => new TextEncoder().encode(text).length;
  const end = (): void => {
    if (piece.trim() !== "") pieces.push(piece.trimEnd());
    piece = "";
    bytes = 0;
  };
  for (const word of line.match(/\s+|\S+/gu) ?? []) {
    if (bytes + size(word) > maxBytes) end();
    for (const character of size(word) > maxBytes ? word : [word]) {
      if (bytes + size(character) > maxBytes) end();
      if (bytes === 0 && character.trim() === "" && pieces.length > 0) continue;
      piece += character;
      bytes += size(character);
    }
  }
  end();
  return pieces;
}

/** A name as it stands before what somebody says through a bot: in one line, of bounded length, and without codes. */
export function relayName(name: string, maxLength = 32): string {
  const clean = withoutControls(name).replaceAll(/\s+/gu, " ").trim();
  const characters = Array.from(clean);
  return characters.length <= maxLength ? clean : `${characters.slice(0, maxLength - 1).join("")}…`;
}
