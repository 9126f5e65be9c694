import { type Client, MatrixError, OAuthError } from "@patrix/client";
import type { JSX, TargetedSubmitEvent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { formField } from "./form-field.ts";
import { Mark } from "./icons.tsx";
import { keepPassword } from "./password.ts";
import { describeError } from "./session.ts";
import { type SignInPage, type SignInWays, signInWays } from "./sign-in-ways.ts";

/** Signs in, or makes an account, here or on a page of the server. */
export function SignIn({ client, failure = "" }: { client: Client; failure?: string | undefined }): JSX.Element {
  const [isNew, setNew] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState(failure);
  const [ways, setWays] = useState<SignInWays>();
  useEffect(() => void signInWays(client).then(setWays), [client]);
  const goTo = async (page: SignInPage): Promise<void> => {
    setBusy(true);
    setProblem("");
    try {
      location.assign(await page.begin(isNew ? "register" : "login"));
    } catch (error) {
      setProblem(explain(error));
      setBusy(false);
    }
  };
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
        {ways && <SignInPages ways={ways} isBusy={isBusy} goTo={goTo} />}
        {ways?.hasPassword === true && <Credentials isNew={isNew} />}
        {problem !== "" && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        {ways?.hasPassword !== false && (
          <button class="primary" disabled={isBusy || !ways}>
            {isBusy || !ways ? "One moment…" : isNew ? "Create account" : "Sign in"}
          </button>
        )}
        <button type="button" class="link" onClick={() => setNew(!isNew)}>
          {isNew ? "I have an account" : "Create an account"}
        </button>
      </form>
    </main>
  );
}

interface SignInPagesProps {
  readonly ways: SignInWays;
  readonly isBusy: boolean;
  readonly goTo: (page: SignInPage) => Promise<void>;
}

function SignInPages({ ways, isBusy, goTo }: SignInPagesProps): JSX.Element {
  return (
    <>
      {ways.pages.map((page) => (
        <button key={page.title} type="button" class={ways.hasPassword ? "" : "primary"} disabled={isBusy} onClick={() => void goTo(page)}>
          {page.title}
        </button>
      ))}
    </>
  );
}

function Credentials({ isNew }: { isNew: boolean }): JSX.Element {
  return (
    <>
      <label>
        Username
        <input name="username" autocomplete="username" autocapitalize="none" spellcheck={false} required autofocus />
      </label>
      <label>
        Password
        <input name="password" type="password" autocomplete={isNew ? "new-password" : "current-password"} required />
      </label>
    </>
  );
}

function explain(error: unknown): string {
  if (error instanceof OAuthError) return `The server has refused it: ${error.message}`;
  if (MatrixError.is(error, "M_FORBIDDEN")) return "The username or the password is wrong.";
  if (MatrixError.is(error, "M_USER_IN_USE")) return "Somebody has this username already.";
  if (MatrixError.is(error, "M_INVALID_USERNAME")) return "A username is made of small letters, digits and . _ = - /";
  return describeError(error);
}

function platform(): string {
  return /Android|iPhone|iPad|Mac|Windows|Linux/.exec(navigator.userAgent)?.[0] ?? "a browser";
}
