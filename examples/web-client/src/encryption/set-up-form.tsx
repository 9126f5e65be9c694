import type { Client } from "@patrix/client";
import type { JSX, TargetedSubmitEvent } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { recentPassword } from "../password.ts";
import { describeError } from "../session.ts";
import { askPerson, type Question } from "./ask-person.ts";
import { RecoveryKey } from "./recovery-key.tsx";

/** What {@link SetUpForm} is given. */
export interface SetUpProps {
  readonly client: Client;
  /** Whether the user's identity goes that is there. */
  readonly replaces?: boolean;
  /** Told when it is no question any more whether there is an identity already. */
  readonly onBegin?: () => void;
}

/** Makes the identity of the user, and shows the key that brings it to other devices. The server says what it wants to know for that, if anything. */
export function SetUpForm({ client, replaces = false, onBegin }: SetUpProps): JSX.Element {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const [key, setKey] = useState<string>();
  const [question, setQuestion] = useState<Question>();
  const asked = useRef<Question | undefined>(undefined);
  asked.current = question;
  // Whoever closes the form answers nothing any more.
  useEffect(() => () => asked.current?.giveUp(), []);
  const begin = async (): Promise<void> => {
    onBegin?.();
    setBusy(true);
    setProblem("");
    try {
      setKey(await makeKey(client, replaces, setQuestion));
    } catch (error) {
      setProblem(describeError(error));
    }
    setBusy(false);
  };
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!question) return void begin();
    const password = new FormData(event.currentTarget).get("password");
    question.answer(typeof password === "string" ? password : "");
  };
  if (key !== undefined) return <RecoveryKey recoveryKey={key} />;
  return (
    <form onSubmit={submit}>
      <p>You get a recovery key. It opens your messages on every device, and the server cannot read them without it.</p>
      {question && <Asked question={question} />}
      {problem !== "" && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <button class="primary" disabled={isBusy && !question}>
        {question ? "Go on" : isBusy ? "One moment…" : "Make a recovery key"}
      </button>
    </form>
  );
}

async function makeKey(client: Client, replaces: boolean, show: (question: Question | undefined) => void): Promise<string> {
  const uia = askPerson({ user: client.userId, password: recentPassword(), show });
  const { recoveryKey } = await (replaces ? client.encryption.reset({ uia }) : client.encryption.setup({ uia }));
  return recoveryKey;
}

function Asked({ question }: { question: Question }): JSX.Element {
  const again = question.isRepeated && (
    <p class="problem" role="alert">
      {question.url === undefined ? "The password is wrong." : "The server has not heard of it yet."}
    </p>
  );
  if (question.url === undefined)
    return (
      <>
        <PasswordField />
        {again}
      </>
    );
  return (
    <>
      <p role="status">
        The server wants to be sure that it is you: confirm it{" "}
        <a href={question.url} target="_blank" rel="noreferrer">
          on its page
        </a>
        , and come back here.
      </p>
      {again}
    </>
  );
}

function PasswordField(): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <label>
      Password of your account
      <input ref={field} name="password" type="password" autocomplete="current-password" required />
    </label>
  );
}
