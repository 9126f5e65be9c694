import type { UiaHandler } from "@patrix/client";

/** What the server wants of the user: the password, or something that is done on a page of the server, at `url`. */
export interface Question {
  readonly url: string | undefined;
  /** Whether it was answered before, and that was not enough. */
  readonly isRepeated: boolean;
  /** Goes on; with the password, where that is asked for. */
  answer(password: string): void;
  giveUp(): void;
}

/** Who is asked, and how. */
export interface AskOptions {
  readonly user: string;
  /** The password, where it is known: nobody is asked then, unless it is wrong. */
  readonly password: string | undefined;
  readonly show: (question: Question | undefined) => void;
}

/** Asks for what the server asks for and nothing else: who came by a page of the server has no password. */
export function askPerson({ user, password: known, show }: AskOptions): UiaHandler {
  const asked = new Set<string>();
  const ask = (name: string, url: string | undefined): Promise<string> =>
    new Promise((resolve, reject) => {
      const over = (end: () => void): void => {
        show(undefined);
        end();
      };
      show({
        url,
        isRepeated: asked.has(name),
        answer: (password) => over(() => resolve(password)),
        giveUp: () => reject(new Error("It was called off.")),
      });
      asked.add(name);
    });
  return async (stage) => {
    if (stage.type === "other") return void (await ask(stage.stage, stage.fallbackUrl));
    // What else there is needs no answer, or cannot be given here.
    if (stage.type !== "m.login.password") return {};
    const isFirst = !asked.has(stage.type);
    const password = known !== undefined && isFirst ? known : await ask(stage.type, undefined);
    asked.add(stage.type);
    return { identifier: { type: "m.id.user", user }, password };
  };
}
