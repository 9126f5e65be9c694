import type { Command, Invocation } from "../command-line/command.ts";
import { suggestName } from "../command-line/suggest-name.ts";
import { CliError } from "../errors.ts";

/** `patrix schema`. */
export const schema: Command = {
  name: "schema",
  summary: "Writes OpenAPI 3.1 documents and JSON Schemas of APIs, events and models",
  operands: "[NAME]",
  maxOperands: 1,
  options: {
    out: {
      type: "string",
      short: "o",
      value: "FOLDER",
      summary: "Writes all documents, or those whose path has NAME in it, into this folder",
    },
    list: { type: "boolean", summary: "Lists the documents" },
  },
  examples: [
    { line: "patrix schema m.room.member", does: "prints the JSON Schema (draft 2020-12) of the content" },
    { line: "patrix schema openapi/client-server > client-server.json", does: "prints an OpenAPI document" },
    { line: "patrix schema --out schemas", does: "writes everything" },
  ],
  details: "All of them are made from the declarations that validate payloads.",
  run,
};

async function run({ options, operands: [name], terminal }: Invocation): Promise<number> {
  const { allDocuments } = await import("../schema/all-documents.ts");
  const documents = [...allDocuments()].filter(([path]) => name === undefined || path.includes(name));
  if (documents.length === 0) {
    const names = [...allDocuments().keys()].map(
      (path) =>
        path
          .split("/")
          .at(-1)
          ?.replace(/\.json$/, "") ?? "",
    );
    throw new CliError(
      "USAGE",
      `no document has ${JSON.stringify(name)} in its path.${suggestName(name ?? "", names)} patrix schema --list shows them.`,
    );
  }
  if (options.flag("list")) {
    terminal.out(`${documents.map(([path]) => path).join("\n")}\n`);
    return 0;
  }
  const folder = options.text("out");
  if (folder !== undefined) return writeAll(folder, documents, terminal.err);
  if (name === undefined)
    throw new CliError("USAGE", "name a document, as in patrix schema m.room.member, or write all of them with --out FOLDER");
  const [, make] = documents.find(([path]) => path.endsWith(`/${name}.json`) || path === `${name}.json`) ?? documents[0] ?? [];
  terminal.out(`${JSON.stringify(make?.(), undefined, 2)}\n`);
  return 0;
}

async function writeAll(
  folder: string,
  documents: readonly (readonly [string, () => unknown])[],
  say: (text: string) => void,
): Promise<number> {
  const { mkdir, writeFile } = await import("node:fs/promises");
  const path = await import("node:path");
  const { reasonOf } = await import("../input/read-input.ts");
  try {
    for (const [name, make] of documents) {
      const file = path.join(folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, `${JSON.stringify(make(), undefined, 2)}\n`);
    }
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw new CliError("UNWRITABLE_OUTPUT", `cannot write to ${folder}: ${reasonOf(error)}`, { cause: error });
  }
  say(`${documents.length} documents written to ${folder}\n`);
  return 0;
}
