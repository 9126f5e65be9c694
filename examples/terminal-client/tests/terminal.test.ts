import { PassThrough } from "node:stream";
import type { ReadStream, WriteStream } from "node:tty";
import { expect, it } from "vitest";
import { openTerminal, type PressedKey } from "../src/terminal.ts";

it("leaves the terminal as it was, and reads keys until then", async () => {
  const raw: boolean[] = [];
  const input = Object.assign(new PassThrough(), { isRaw: false, setRawMode: (mode: boolean) => raw.push(mode) });
  const output = Object.assign(new PassThrough(), { columns: 80, rows: 24 });
  const before = process.listenerCount("exit");
  const terminal = openTerminal(input as never as ReadStream, output as never as WriteStream);
  const keys: PressedKey[] = [];
  terminal.onKey((key) => keys.push(key));
  let resized = 0;
  terminal.onResize(() => (resized += 1));
  input.write("aé\x1b[A\r\x03");
  await expect.poll(() => keys.length).toBe(5);
  expect(keys.map(({ name, ctrl, text }) => [name, ctrl, text])).toEqual([
    ["a", false, "a"],
    [undefined, false, "é"],
    ["up", false, ""],
    ["return", false, ""],
    ["c", true, ""],
  ]);
  output.columns = 40;
  output.emit("resize");
  expect([terminal.columns, terminal.rows, resized]).toEqual([40, 24, 1]);
  terminal.close();
  terminal.close();
  output.emit("resize");
  const written = String(output.read());
  expect([raw, resized, written.endsWith("\x1b[?25h\x1b[?1049l"), written.split("\x1b[?1049l").length]).toEqual([
    [true, false],
    1,
    true,
    2,
  ]);
  expect([input.listenerCount("keypress"), process.listenerCount("exit")]).toEqual([0, before]);
});
