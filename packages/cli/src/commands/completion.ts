import type { Command, Invocation } from "../command-line/command.ts";
import { CliError } from "../errors.ts";

/** `patrix completion`; `commands` gives all commands, this one too. */
export function completion(commands: () => readonly Command[]): Command {
  return {
    name: "completion",
    summary: "Prints the script that completes commands and options in a shell",
    operands: "bash|zsh|fish",
    minOperands: 1,
    maxOperands: 1,
    options: {},
    examples: [
      { line: "source <(patrix completion bash)", does: "completes in this bash; put it into ~/.bashrc for every one" },
      { line: "source <(patrix completion zsh)", does: "the same in zsh, after compinit" },
      { line: "patrix completion fish > ~/.config/fish/completions/patrix.fish", does: "completes in every fish" },
    ],
    run: async ({ operands, terminal }: Invocation) => {
      const { completionScripts } = await import("../command-line/completion-scripts.ts");
      const [shell = ""] = operands;
      const script = completionScripts.get(shell);
      if (script === undefined)
        throw new CliError("USAGE", `there is no completion for ${shell}; there are ${[...completionScripts.keys()].join(", ")}`);
      terminal.out(script(commands()));
      return 0;
    },
  };
}
