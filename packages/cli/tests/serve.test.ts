import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { startFailure } from "../src/serve/start-failure.ts";
import { run } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "patrix-serve-"));
afterAll(() => rmSync(folder, { recursive: true }));
const main = join(import.meta.dirname, "../src/main.ts");

describe("patrix serve", () => {
  it("starts without a config, answers, and ends with 0 on SIGTERM", async () => {
    const env = { ...process.env, PATRIX_LISTENERS: '[{"host":"127.0.0.1","port":0}]' };
    const child = spawn(process.execPath, ["-C", "@patrix/source", main, "serve", "--log", "pretty"], { cwd: folder, env });
    let out = "";
    for await (const chunk of child.stdout) {
      out += String(chunk);
      if (out.includes("\n")) break;
    }
    const url = /Patrix serves localhost at (\S+)/.exec(out)?.[1] ?? "";
    expect((await fetch(`${url}/_matrix/client/versions`)).status).toBe(200);
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  it("writes nothing but JSON lines with --log json, and one for each request at level debug", async () => {
    const cwd = mkdtempSync(join(folder, "json-"));
    const env = { ...process.env, PATRIX_LISTENERS: '[{"host":"127.0.0.1","port":0}]' };
    const line = ["-C", "@patrix/source", main, "serve", "--log", "json", "--log-level", "debug"];
    const child = spawn(process.execPath, line, { cwd, env });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString()));
    await vi.waitUntil(() => text.includes('"url"'), { interval: 10, timeout: 20_000 });
    const url = /"url":"([^"]+)"/.exec(text)?.[1] ?? "";
    await fetch(`${url}/_matrix/client/versions`);
    await vi.waitUntil(() => text.includes("getVersions"), { interval: 10, timeout: 20_000 });
    child.kill("SIGTERM");
    await once(child, "exit");
    const lines = text
      .trim()
      .split("\n")
      .map((each): unknown => JSON.parse(each));
    expect(lines).toContainEqual(expect.objectContaining({ level: "debug", operation: "getVersions", status: 200 }));
  });

  it("prints the effective config with secrets hidden, and checks a config", async () => {
    const path = join(folder, "good.yaml");
    writeFileSync(path, "server_name: example.org\nregistration: { shared_secret: hush }\n");
    const { code, out } = await run(["serve", "--config", path, "--print-config"]);
    expect(code).toBe(0);
    expect(out).toContain("server_name: example.org");
    expect(out).not.toContain("hush");
    expect(await run(["serve", "--config", path, "--check"])).toMatchObject({ code: 0, out: "" });
  });

  it("says of a good config what a start would warn of", async () => {
    const path = join(folder, "hopeful.yaml");
    writeFileSync(path, "server_name: example.org\nfederation: { enabled: false }\nsmtp: {}\n");
    const { code, err } = await run(["serve", "--config", path, "--check"]);
    expect(code).toBe(0);
    expect(err.split("\n")).toEqual(["warning: smtp is set, but its feature is still to come", "the config is good", ""]);
  });

  it("checks the registration files that a config names", async () => {
    const path = join(folder, "bridged.yaml");
    const registration = join(folder, "bridge.yaml");
    writeFileSync(path, `server_name: example.org\nfederation: { enabled: false }\napp_service_files: ["${registration}"]\n`);
    expect(await run(["serve", "--config", path, "--check"])).toMatchObject({ code: 2, err: expect.stringContaining("cannot be read") });
    const namespaces = "namespaces: { users: [{ exclusive: true, regex: '@_irc_.*' }] }";
    writeFileSync(registration, `id: irc\nurl: null\nas_token: hush\nhs_token: h\nsender_localpart: Bot\n${namespaces}\n`);
    const wrong = await run(["serve", "--config", path, "--check"]);
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining(`${registration}: sender_localpart: expected`) });
    expect(wrong.err).not.toContain("hush");
    writeFileSync(registration, `id: irc\nurl: null\nas_token: hush\nhs_token: h\nsender_localpart: bot\n${namespaces}\n`);
    expect(await run(["serve", "--config", path, "--check"])).toMatchObject({ code: 0, err: "the config is good\n" });
  });

  it("names what is wrong with a config", async () => {
    const path = join(folder, "bad.yaml");
    writeFileSync(path, "server_nam: example.org\n");
    expect(await run(["serve", "--config", path])).toMatchObject({ code: 2, err: expect.stringContaining("did you mean server_name?") });
    expect((await run(["serve", "--config", join(folder, "none.yaml")])).err).toContain("cannot be read");
    expect(await run(["serve", "--log", "loud"])).toMatchObject({ code: 2 });
    expect(await run(["serve", "--log-level", "loud"])).toMatchObject({ code: 2 });
  });

  it.each([
    ["EADDRINUSE", { port: 80 }, "port 80 is in use"],
    ["EACCES", { port: 80, syscall: "listen" }, "may not listen on port 80"],
    ["EROFS", { syscall: "mkdir" }, "cannot write to data"],
    ["DATA_IN_USE", {}, "in use by another server"],
  ])("turns %s into a line that says what to do", (code, fields, why) => {
    const failure = startFailure(Object.assign(new Error(code), { code, ...fields }), { data_dir: "data", database: {}, listeners: [] });
    expect(failure).toMatchObject({ code: "CANNOT_START", exitCode: 2, message: expect.stringContaining(why) });
  });

  it("says of a database on a server of its own what that has said", () => {
    const error = Object.assign(new Error("database.url: the database is in use by another server"), { code: "DATA_IN_USE" });
    const failure = startFailure(error, { data_dir: "data", database: { url: "postgres://db/patrix" }, listeners: [] });
    expect(failure).toMatchObject({ code: "CANNOT_START", message: error.message });
  });

  it("tells of a database server that is not there in one line, without the password", async () => {
    const path = join(folder, "postgres.json");
    writeFileSync(path, JSON.stringify({ data_dir: join(folder, "none"), database: { url: "postgres://me:hush@127.0.0.1:1/patrix" } }));
    const { code, out, err } = await run(["serve", "--config", path]);
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringMatching(/database\.url: the database cannot be reached: connect ECONNREFUSED/),
    });
    expect(
      err
        .trim()
        .split("\n")
        .filter((line) => line.includes("cannot be reached")),
    ).toHaveLength(1);
    expect(out + err).not.toContain("hush");
    const printed = await run(["serve", "--config", path, "--print-config"]);
    expect(printed.out).toContain("postgres://me:(hidden)@127.0.0.1:1/patrix");
  });

  it("leaves an error that it does not know as it is", () => {
    const error = new TypeError("bug");
    expect(startFailure(error, { data_dir: "data", database: {}, listeners: [] })).toBe(error);
  });
});
