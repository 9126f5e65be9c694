import { type Client, MatrixError } from "@patrix/client";
import type { JSX, TargetedSubmitEvent } from "preact";
import { useState } from "preact/hooks";
import { formField } from "./form-field.ts";
import { Mark } from "./icons.tsx";
import { keepPassword } from "./password.ts";
import { describeError } from "./session.ts";

/** Signs in, or makes an account. */
export function SignIn({ client }: { client: Client }): JSX.Element {
  const [isNew, setNew] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const [username, password] = [formField(event.currentTarget, "username"), formField(event.currentTarget, "password")];
    setBusy(true);
    setProblem("");
    try {
      const deviceName = `Web client on ${platform()}`;
      if (isNew) await client.register({ username, password, deviceName });
      else await client.login.password(username, password, { deviceName });
      keepPassword(password);
    } catch (error) {
      setProblem(explain(error));
      setBusy(false);
    }
  };
  return (
    <main class="sign-in">
      <form onSubmit={(event) => void submit(event)} aria-labelledby="sign-in-title">
        <Mark />
        <h1 id="sign-in-title">{isNew ? "Create an account" : "Sign in"}</h1>
        <p class="soft">on {location.host}</p>
        <label>
          Username
          <input name="username" autocomplete="username" autocapitalize="none" spellcheck={false} required autofocus />
        </label>
        <label>
          Password
          <input name="password" type="password" autocomplete={isNew ? "new-password" : "current-password"} required />
        </label>
        {problem !== "" && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <button class="primary" disabled={isBusy}>
          {isBusy ? "One moment…" : isNew ? "Create account" : "Sign in"}
        </button>
        <button type="button" class="link" onClick={() => setNew(!isNew)}>
          {isNew ? "I have an account" : "Create an account"}
        </button>
      </form>
    </main>
  );
}

function explain(error: unknown): string {
  if (MatrixError.is(error, "M_FORBIDDEN")) return "The username or the password is wrong.";
  if (MatrixError.is(error, "M_USER_IN_USE")) return "Somebody has this username already.";
  if (MatrixError.is(error, "M_INVALID_USERNAME")) return "A username is made of small letters, digits and . _ = - /";
  return describeError(error);
}

function platform(): string {
  return /Android|iPhone|iPad|Mac|Windows|Linux/.exec(navigator.userAgent)?.[0] ?? "a browser";
}
