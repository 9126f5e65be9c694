import type { Room, TimelineItem } from "@patrix/client";
import { clean, fit, tail, wrap } from "./text.ts";

/** What there is to see. */
export interface View {
  readonly rooms: readonly Room[];
  /** The room that is chosen in the list. */
  readonly chosen: Room | undefined;
  /** The room whose timeline is shown. */
  readonly open: Room | undefined;
  readonly items: readonly TimelineItem[];
  /** Lines that the timeline is scrolled up. */
  readonly scrolled: number;
  /** Where keys go to. */
  readonly focus: "rooms" | "room";
  readonly input: string;
  readonly status: string;
}

/** From so many columns on, the list stands beside the timeline. */
const bothFrom = 60;
const [bold, dim, reverse, plain] = ["\x1b[1m", "\x1b[2m", "\x1b[7m", "\x1b[0m"];

/** The lines of the screen, from top to bottom: as many as it has rows, each as wide as it is. */
export function draw(view: View, columns: number, rows: number): string[] {
  const height = Math.max(1, rows - 2);
  const listWidth = columns >= bothFrom ? Math.min(32, Math.floor(columns / 3)) : columns;
  const roomWidth = columns >= bothFrom ? columns - listWidth - 3 : columns;
  const list = (): string[] => drawRooms(view, listWidth, height);
  const room = (): string[] => drawTimeline(view, roomWidth, height);
  const narrow = view.focus === "rooms" ? list : room;
  const [left, right] = columns >= bothFrom ? [list(), room()] : [narrow(), undefined];
  const body = left.map((line, at) => (right ? `${line}${dim} │ ${plain}${right[at] ?? ""}` : line));
  const prompt = view.open && view.focus === "room" ? "> " : "";
  return [...body, `${reverse}${fit(` ${view.status}`, columns)}${plain}`, drawInput(prompt, view.input, columns)].slice(-rows);
}

function drawInput(prompt: string, input: string, columns: number): string {
  // A key of recovery is nobody else's business.
  const shown = input.replace(/^(\/recover\s+)(.*)$/u, (_, command: string, key: string) => command + "•".repeat(key.length));
  return fit(`${prompt}${tail(clean(shown), columns - prompt.length - 1)}▏`, columns);
}

function drawRooms({ rooms, chosen, focus }: View, columns: number, height: number): string[] {
  const at = Math.max(0, chosen ? rooms.indexOf(chosen) : 0);
  const first = Math.max(0, Math.min(at - Math.floor(height / 2), rooms.length - height));
  return Array.from({ length: height }, (_, row) => {
    const room = rooms[first + row];
    if (!room) return fit(row === 0 && rooms.length === 0 ? "no rooms: /join #room:server" : "", columns);
    const { messages, mentions, marked } = room.unread;
    const count = `${mentions > 0 ? `@${mentions} ` : ""}${messages > 0 ? String(messages) : marked ? "•" : ""}`;
    const name = `${room.encrypted ? "🔒" : ""}${clean(room.name)}`;
    const line = `${fit(name, columns - count.length - 1)} ${count}`;
    const style = (room === chosen && focus === "rooms" ? reverse : "") + (messages > 0 || marked ? bold : "");
    return style === "" ? line : `${style}${line}${plain}`;
  });
}

function drawTimeline({ open, items, scrolled }: View, columns: number, height: number): string[] {
  if (!open)
    return Array.from({ length: height }, (_, row) => fit(row === 0 ? "↑ ↓ choose a room, Enter opens it, Ctrl+C ends" : "", columns));
  const lines = items.flatMap((item) => describeItem(item, columns));
  const end = Math.max(Math.min(height - 1, lines.length), lines.length - scrolled);
  const shown = lines.slice(Math.max(0, end - (height - 1)), end);
  const title = `${bold}${fit(clean(open.name), columns)}${plain}`;
  return [title, ...Array.from({ length: height - 1 - shown.length }, () => " ".repeat(columns)), ...shown];
}

function describeItem(item: TimelineItem, columns: number): string[] {
  if (item.kind === "start") return [`${dim}${fit("— the beginning —", columns)}${plain}`];
  if (item.kind === "date") return [`${dim}${fit(`— ${item.date.toDateString()} —`, columns)}${plain}`];
  if (item.kind === "read-marker") return [`${bold}${fit("— new —", columns)}${plain}`];
  const { event } = item;
  const time = `${String(event.ts.getHours()).padStart(2, "0")}:${String(event.ts.getMinutes()).padStart(2, "0")}`;
  const text = item.kind === "undecryptable" ? `(cannot be decrypted: ${item.cause})` : textOf(item);
  if (text === undefined) return [];
  const lines = wrap(`${time} ${clean(event.sender.disambiguated)}: ${clean(text)}`, columns);
  const isOnItsWay = item.kind === "event" && item.sending !== undefined;
  return lines.map((line) => (isOnItsWay ? `${dim}${fit(line, columns)}${plain}` : fit(line, columns)));
}

function textOf(item: TimelineItem & { kind: "event" }): string | undefined {
  const { event, message, redacted, edited, reactions, thread, sending } = item;
  if (redacted) return "(redacted)";
  const membership = event.is("m.room.member") ? `(${event.membershipChange}: ${event.stateKey ?? ""})` : undefined;
  const said = message ? (message.text ?? `[${String(message.content.body)}]`) : membership;
  if (said === undefined) return undefined;
  const more = [
    edited ? "(edited)" : "",
    ...[...reactions].map(([key, all]) => `${key} ${all.length}`),
    thread ? `(${thread.count} in the thread)` : "",
    sending?.state.value === "failed" ? "(not sent; /retry)" : "",
  ];
  return [said, ...more.filter((part) => part !== "")].join(" ");
}
