// Sets the workspace up on a machine that has only Node and npm, then runs the script that was asked for.
// Plain JavaScript without dependencies, in a syntax that an old Node can at least parse, so that it can say that it is too old.
import { spawn, spawnSync } from "child_process";
import { createHash } from "crypto";
import { accessSync, constants, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "fs";
import { constants as osConstants } from "os";
import { delimiter, dirname, join } from "path";
import { fileURLToPath } from "url";

const PNPM_VERSION = "12.21.0";
const OLDEST_BOOTSTRAP_NODE = [18, 0];
const OLDEST_NODE = [24, 15];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const state = join(root, ".patrix");
const tools = join(state, "tools");
const stamp = join(state, "installed");

/** What each command runs with the workspace's Node. */
const COMMANDS = {
  start: ["--disable-warning=ExperimentalWarning", "-C", "@patrix/source", join(root, "scripts", "start.ts")],
  test: [join(root, "node_modules", "vitest", "vitest.mjs"), "run"],
};

let child;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    // A terminal sends Ctrl-C to the whole process group, so the child has it already.
    if (child && !(signal === "SIGINT" && process.stdin.isTTY)) child.kill(signal);
  });
}

function fail(message) {
  process.stderr.write("patrix: " + message + "\n");
  process.exit(1);
}

function isAtLeast(version, oldest) {
  const [major, minor] = version.replace(/^v/, "").split(".").map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

/** Environment without what `npm run` adds for its own use: npm and pnpm would read it as settings. */
function installEnvironment() {
  const own =
    /^npm_(lifecycle_|package_|execpath$|node_execpath$|command$|config_(local_prefix|global_prefix|prefix|user_agent|init_module|node_gyp|npm_version|omit)$)/i;
  const env = {};
  for (const [key, value] of Object.entries(process.env)) {
    const isEmptySetting = /^npm_config_/i.test(key) && value === "";
    // NODE_ENV=production would leave the development tools out.
    if (!own.test(key) && !isEmptySetting && key !== "NODE_ENV") env[key] = value;
  }
  return env;
}

/** Runs one set-up step: quiet while it works, its whole output when it fails. */
function step(title, command, args, options) {
  return new Promise((resolve) => {
    const begin = Date.now();
    const seconds = () => ((Date.now() - begin) / 1000).toFixed(1) + " s";
    const isTerminal = process.stderr.isTTY;
    const frames = "|/-\\";
    let frame = 0;
    if (!isTerminal) process.stderr.write("patrix: " + title + " ...\n");
    const draw = () => process.stderr.write("\r" + frames[frame++ % 4] + " patrix: " + title + " " + seconds() + " ");
    // Without a terminal a long step still says now and then that it lives.
    const timer = setInterval(
      isTerminal ? draw : () => process.stderr.write("patrix: " + title + " ... " + seconds() + "\n"),
      isTerminal ? 120 : 20000,
    );
    const output = [];
    let isOver = false;
    const end = (code, signal, error) => {
      if (isOver) return;
      isOver = true;
      child = undefined;
      clearInterval(timer);
      if (isTerminal) process.stderr.write("\r\u001b[K");
      if (signal) process.exit(128 + (osConstants.signals[signal] || 0));
      if (error || code !== 0) {
        process.stderr.write(Buffer.concat(output).toString());
        fail(
          title +
            " failed after " +
            seconds() +
            (error ? ": " + error.message : " with exit code " + code + "; the output above says why") +
            ". Nothing was started; run the command again once that is mended.",
        );
      }
      process.stderr.write("patrix: " + title + ", done in " + seconds() + "\n");
      resolve();
    };
    child = spawn(command, args, { cwd: root, env: installEnvironment(), stdio: ["ignore", "pipe", "pipe"], ...options });
    child.stdout.on("data", (chunk) => output.push(chunk));
    child.stderr.on("data", (chunk) => output.push(chunk));
    child.on("error", (error) => end(1, null, error));
    child.on("close", (code, signal) => end(code, signal));
  });
}

/** Hash of everything that decides what `node_modules` holds. */
function installationHash() {
  const hash = createHash("sha256").update([PNPM_VERSION, process.platform, process.arch].join(" "));
  const manifests = ["package.json", "pnpm-workspace.yaml", "pnpm-lock.yaml", "docs/package.json", "scripts/architecture/package.json"];
  for (const folder of ["packages", "examples", "conformance"]) {
    if (!existsSync(join(root, folder))) continue;
    for (const name of readdirSync(join(root, folder)).sort()) manifests.push(folder + "/" + name + "/package.json");
  }
  for (const path of manifests) {
    if (existsSync(join(root, path))) hash.update(path + "\0").update(readFileSync(join(root, path)));
  }
  return hash.digest("hex");
}

function isInstalled(hash) {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === hash && existsSync(join(root, "node_modules", "vitest"));
}

function prepareStateFolder() {
  try {
    mkdirSync(tools, { recursive: true });
    accessSync(state, constants.W_OK);
    accessSync(root, constants.W_OK);
    writeFileSync(join(state, "write-test"), "");
    rmSync(join(state, "write-test"));
  } catch (error) {
    fail(
      "cannot write to " + root + " (" + error.code + "). Copy the project to a folder that you may write to, and run the command there.",
    );
  }
}

/** Command line of npm: the one that runs this script, or else the one in PATH. */
function npm() {
  const path = process.env.npm_execpath || "";
  if (path.endsWith("npm-cli.js") && !path.includes("pnpm")) return { command: process.execPath, before: [path], options: {} };
  return process.platform === "win32"
    ? { command: "npm.cmd", before: [], options: { shell: true } }
    : { command: "npm", before: [], options: {} };
}

/** The native program of pnpm's package for this platform. It needs no install script, so none is run. */
function pnpmPath() {
  const folder = join(tools, "node_modules", "@pnpm");
  const platforms = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith("exe.")) : [];
  return join(folder, platforms[0] || "exe", process.platform === "win32" ? "pnpm.exe" : "pnpm");
}

function hasPnpm() {
  try {
    return (
      JSON.parse(readFileSync(join(tools, "node_modules", "pnpm", "package.json"), "utf8")).version === PNPM_VERSION &&
      existsSync(pnpmPath())
    );
  } catch {
    return false;
  }
}

async function install() {
  const hash = installationHash();
  if (isInstalled(hash)) return;
  prepareStateFolder();
  if (!hasPnpm()) {
    const { command, before, options } = npm();
    const flags = [
      "--prefix",
      tools,
      "--no-audit",
      "--no-fund",
      "--no-package-lock",
      "--include=optional",
      "--ignore-scripts",
      "--loglevel=error",
    ];
    await step("getting pnpm " + PNPM_VERSION + " through npm", command, [...before, "install", ...flags, "pnpm@" + PNPM_VERSION], options);
  }
  await step("installing the locked dependencies", pnpmPath(), ["install", "--frozen-lockfile"], {});
  writeFileSync(stamp, hash);
}

/** The Node that the workspace pins (Linux), or else the current one if it is new enough. */
function workspaceNode() {
  const pinned = join(root, "node_modules", "node-linux-" + process.arch, "bin", "node");
  if (existsSync(pinned) && spawnSync(pinned, ["--version"]).status === 0) return pinned;
  if (isAtLeast(process.version, OLDEST_NODE)) return process.execPath;
  return fail(
    "there is no ready-made Node for " +
      process.platform +
      " " +
      process.arch +
      " in the workspace, and this Node is " +
      process.version +
      ". Install Node " +
      OLDEST_NODE.join(".") +
      " or newer, and run the command again.",
  );
}

function run(command, args) {
  const node = workspaceNode();
  const path = [join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter);
  child = spawn(node, [...command, ...args], { cwd: root, stdio: "inherit", env: { ...process.env, PATH: path } });
  child.on("error", (error) => fail("cannot run " + node + ": " + error.message));
  child.on("exit", (code, signal) => process.exit(signal ? 128 + (osConstants.signals[signal] || 0) : code));
}

const [name, ...args] = process.argv.slice(2);
if (!isAtLeast(process.version, OLDEST_BOOTSTRAP_NODE)) {
  fail("this is Node " + process.version + "; set-up needs Node " + OLDEST_BOOTSTRAP_NODE[0] + " or newer.");
} else if (!Object.prototype.hasOwnProperty.call(COMMANDS, name)) {
  fail("usage: node scripts/bootstrap.mjs " + Object.keys(COMMANDS).join("|") + " [argument ...]");
} else {
  install().then(
    () => run(COMMANDS[name], args),
    (error) => fail(error.stack),
  );
}
