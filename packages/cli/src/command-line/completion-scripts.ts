import type { Command } from "./command.ts";
import { PROGRAM } from "./help.ts";

/** Writes the completion of all commands for a shell. */
export type CompletionScript = (commands: readonly Command[]) => string;

/** Makes the scripts, by the name of the shell. */
export const completionScripts: ReadonlyMap<string, CompletionScript> = new Map([
  ["bash", forBash],
  ["zsh", forZsh],
  ["fish", forFish],
]);

/** What can follow: the words of a command so far, and the words after them. */
function words(commands: readonly Command[]): Map<string, string[]> {
  const after = new Map<string, string[]>([["", ["--help", "--version"]]]);
  for (const { name, options } of commands) {
    const parts = name.split(" ");
    for (const [index, part] of parts.entries()) {
      const before = parts.slice(0, index).join(" ");
      const known = after.get(before) ?? [];
      if (!known.includes(part)) after.set(before, [part, ...known]);
    }
    after.set(name, [...(after.get(name) ?? []), ...Object.keys(options).map((option) => `--${option}`), "--help"]);
  }
  return after;
}

/** Options that take a value, after which files are offered. */
function valueOptions(commands: readonly Command[]): string[] {
  const all = commands.flatMap(({ options }) => Object.entries(options).filter(([, { type }]) => type === "string"));
  return [...new Set(all.map(([name]) => `--${name}`))].sort();
}

function cases(commands: readonly Command[]): string {
  return [...words(commands)].map(([before, next]) => `    "${before}") words="${next.join(" ")}" ;;`).join("\n");
}

function forBash(commands: readonly Command[]): string {
  return `_${PROGRAM}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words=""
  COMPREPLY=()
  case " ${valueOptions(commands).join(" ")} " in *" $previous "*) return ;; esac
  local one="\${COMP_WORDS[1]}" two="\${COMP_WORDS[2]}" at=""
  [ "$COMP_CWORD" -gt 1 ] && at="$one"
  case "${names(commands, 2)}" in *"|$one $two|"*) [ "$COMP_CWORD" -gt 2 ] && at="$one $two" ;; esac
  case "$at" in
${cases(commands)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _${PROGRAM} ${PROGRAM}
`;
}

function names(commands: readonly Command[], count: number): string {
  return `|${commands
    .map(({ name }) => name)
    .filter((name) => name.split(" ").length === count)
    .join("|")}|`;
}

function forZsh(commands: readonly Command[]): string {
  return `#compdef ${PROGRAM}
_${PROGRAM}() {
  local choices="" at="" one="\${words[2]}" two="\${words[3]}" previous="\${words[CURRENT-1]}"
  case " ${valueOptions(commands).join(" ")} " in *" $previous "*) _files; return ;; esac
  (( CURRENT > 2 )) && at="$one"
  case "${names(commands, 2)}" in *"|$one $two|"*) (( CURRENT > 3 )) && at="$one $two" ;; esac
  case "$at" in
${cases(commands).replaceAll(" words=", " choices=")}
  esac
  compadd -- \${=choices}
  [[ -n "$at" ]] && _files
}
compdef _${PROGRAM} ${PROGRAM}
`;
}

function forFish(commands: readonly Command[]): string {
  const quote = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", String.raw`\'`)}'`;
  const lines = [`complete -c ${PROGRAM} -n __fish_use_subcommand -l help -l version -d 'Help and version'`];
  const groups = new Set<string>();
  for (const { name, summary, options } of commands) {
    const [first = "", second] = name.split(" ");
    const has = (word: string): string => `__fish_seen_subcommand_from ${word}`;
    if (second === undefined) lines.push(`complete -c ${PROGRAM} -f -n __fish_use_subcommand -a ${first} -d ${quote(summary)}`);
    else {
      if (!groups.has(first)) lines.push(`complete -c ${PROGRAM} -f -n __fish_use_subcommand -a ${first}`);
      groups.add(first);
      lines.push(`complete -c ${PROGRAM} -f -n '${has(first)}; and not ${has(second)}' -a ${second} -d ${quote(summary)}`);
    }
    const when = second === undefined ? has(first) : `${has(first)}; and ${has(second)}`;
    for (const [option, { type, short, summary: about }] of Object.entries(options)) {
      const letter = short === undefined ? "" : ` -s ${short}`;
      lines.push(`complete -c ${PROGRAM} -n '${when}' -l ${option}${letter}${type === "string" ? " -r" : ""} -d ${quote(about)}`);
    }
  }
  return `${lines.join("\n")}\n`;
}
